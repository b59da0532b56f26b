package dev.eventloop.examples.guide;

import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** Chapter 3: a client that has sent its FIN still waits for the answer. */
final class HalfClose implements Experiment {
    private static final int ANSWER = 4 * 1024 * 1024;

    private final Sockets sockets = Sockets.system();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
    private int left;

    @Override
    public void run(PrintStream out, int scale) throws Exception {
        int answer = ANSWER / 100 * scale;
        out.printf("an answer of %,d bytes to a client that has sent its FIN:%n", answer);
        out.printf("  the server closes at the FIN: %,d arrive%n", ask(answer, true));
        out.printf(
                "  the server stops reading and goes on writing: %,d arrive%n", ask(answer, false));
    }

    private long ask(int answer, boolean closeAtOnce) throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        int listener = sockets.listen(any, ListenOptions.defaults());
        FutureTask<Long> client = new FutureTask<>(client(sockets.localAddress(listener)));
        try (EventLoop loop = EventLoop.create()) {
            left = answer;
            loop.add(
                    listener,
                    Events.READ,
                    (fd, events, self) -> accept(loop, fd, closeAtOnce),
                    null);
            new Thread(client, "client").start();
            while (!client.isDone()) {
                loop.run(10);
            }
        } finally {
            sockets.close(listener);
        }
        return client.get();
    }

    private void accept(EventLoop loop, int listener, boolean closeAtOnce) throws IOException {
        int fd = sockets.accept(listener);
        if (fd >= 0) {
            loop.add(
                    fd,
                    Events.READ,
                    (f, events, none) -> onEvent(loop, f, events, closeAtOnce),
                    null);
        }
    }

    private void onEvent(EventLoop loop, int fd, int events, boolean closeAtOnce)
            throws IOException {
        if ((events & Events.READ) != 0) {
            int count = sockets.read(fd, buffer.clear());
            if (count == 0 && closeAtOnce) { // the mistake
                loop.del(fd);
                sockets.close(fd);
                return;
            }
            if (count == 0) { // EOF: stop reading, go on writing
                loop.mod(fd, Events.WRITE);
            }
        }
        if ((events & Events.WRITE) != 0) {
            left -= Math.max(0, sockets.write(fd, buffer.clear().limit(Math.min(left, 65_536))));
            if (left == 0) {
                loop.del(fd);
                sockets.close(fd);
            }
        }
    }

    /** Returns the number of bytes that the client receives. */
    private static Callable<Long> client(InetSocketAddress address) {
        return () -> {
            try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
                socket.getOutputStream().write("give me all\n".getBytes(StandardCharsets.US_ASCII));
                socket.shutdownOutput();
                return (long) socket.getInputStream().readAllBytes().length;
            }
        };
    }
}
