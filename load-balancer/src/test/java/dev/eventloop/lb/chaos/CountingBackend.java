package dev.eventloop.lb.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;

/**
 * A backend in a process of its own: sends its one-letter name, reads a {@link Request} and does
 * what it says. It checks every byte, and prints a line for each that is not as it should be.
 *
 * <p>Its sockets are reset when the process is killed: SO_LINGER 0 stays set until a conversation
 * has ended. With a FIN from a killed backend nobody could tell a short stream from a whole one.
 */
final class CountingBackend {
    static final String FAULT = "FAULT: ";

    private static final int BACKLOG = 4096;
    private static final int CHUNK = 32 * 1024;

    private final char name;

    private CountingBackend(char name) {
        this.name = name;
    }

    /** Arguments: host, port, name. */
    public static void main(String[] arguments) throws IOException {
        endWithStandardInput();
        int port = Integer.parseInt(arguments[1]);
        try (ServerSocket listener = new ServerSocket()) {
            listener.setReuseAddress(true);
            listener.bind(new InetSocketAddress(arguments[0], port), BACKLOG);
            System.out.println("listens on " + arguments[0] + ":" + port + ";");
            CountingBackend backend = new CountingBackend(arguments[2].charAt(0));
            while (true) {
                Socket socket = listener.accept();
                daemon(() -> backend.serve(socket));
            }
        }
    }

    /** The test's end closes the pipe, also where it was killed. */
    private static void endWithStandardInput() {
        daemon(
                () -> {
                    try {
                        long ignored = System.in.transferTo(OutputStream.nullOutputStream());
                    } catch (IOException e) {
                        // it has ended, too
                    }
                    Runtime.getRuntime().halt(0);
                });
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "conversation");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setSoLinger(true, 0);
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(name);
            byte[] first = socket.getInputStream().readNBytes(Request.SIZE);
            if (first.length == Request.SIZE) {
                talk(socket, Request.of(ByteBuffer.wrap(first)));
                socket.setSoLinger(false, 0);
            } else if (first.length > 0) {
                fault("a FIN after " + first.length + " bytes of a request");
            } // else a health check
        } catch (SocketException e) {
            // it was cut: the client knows whether that was right
        } catch (IOException | RuntimeException e) {
            fault(e.toString());
        }
    }

    private static void talk(Socket socket, Request request) throws IOException {
        boolean echoes = request.kind() == Request.Kind.ECHO;
        OutputStream out = socket.getOutputStream();
        if (request.kind() == Request.Kind.SOURCE) {
            send(out, request);
            socket.shutdownOutput();
        }
        long count = receive(socket.getInputStream(), echoes ? out : null, request);
        if (count != request.upLength()) {
            fault("a FIN after " + count + " bytes of " + request);
        } else if (request.kind() == Request.Kind.SINK) {
            send(out, request);
        }
    }

    /** Reads until EOF, and echoes to {@code echo} unless that is null; returns the count. */
    private static long receive(InputStream in, OutputStream echo, Request request)
            throws IOException {
        byte[] chunk = new byte[CHUNK];
        long count = 0;
        int read;
        while ((read = in.read(chunk)) >= 0) {
            String wrong = request.up().faultIn(count, ByteBuffer.wrap(chunk, 0, read));
            if (wrong != null) {
                fault(wrong + " of " + request);
            }
            count += read;
            if (echo != null) {
                echo.write(chunk, 0, read);
            }
        }
        return count;
    }

    private static void send(OutputStream out, Request request) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        long sent = 0;
        while (sent < request.downLength()) {
            chunk.clear().limit((int) Math.min(CHUNK, request.downLength() - sent));
            request.down().write(sent, chunk);
            out.write(chunk.array(), 0, chunk.limit());
            sent += chunk.limit();
        }
    }

    private static void fault(String what) {
        System.out.println(FAULT + what);
    }
}
