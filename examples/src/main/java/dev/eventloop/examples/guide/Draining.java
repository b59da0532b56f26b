package dev.eventloop.examples.guide;

import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Chapter 7: the server stops while clients are in its backlog. */
final class Draining implements Experiment {
    private static final int CLIENTS = 50;

    private final Sockets sockets = Sockets.system();

    @Override
    public void run(PrintStream out, int scale) throws Exception {
        int clients = Math.max(1, CLIENTS * scale / 100);
        out.printf("%d clients are in the backlog of a server that stops:%n", clients);
        out.printf(
                "  the listener is closed at once: %d get an answer%n", answered(clients, false));
        out.printf("  the backlog is emptied first: %d get an answer%n", answered(clients, true));
    }

    private int answered(int clients, boolean drain) throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        int listener = sockets.listen(any, ListenOptions.defaults());
        InetSocketAddress address = sockets.localAddress(listener);
        List<Socket> waiting = new ArrayList<>();
        try {
            for (int i = 0; i < clients; i++) {
                waiting.add(new Socket(address.getAddress(), address.getPort()));
            }
            stop(listener, drain);
            int answered = 0;
            for (Socket client : waiting) {
                answered += isAnswered(client) ? 1 : 0;
            }
            return answered;
        } finally {
            for (Socket client : waiting) {
                client.close();
            }
        }
    }

    private void stop(int listener, boolean drain) {
        if (drain) {
            sockets.dropHandshakes(listener); // no new handshakes; those in progress complete
            int fd;
            while ((fd = sockets.accept(listener)) >= 0) {
                sockets.write(fd, ByteBuffer.wrap(new byte[] {'.'}));
                sockets.close(fd);
            }
        }
        sockets.close(listener); // resets every connection left in the backlog
    }

    private static boolean isAnswered(Socket client) {
        try {
            return client.getInputStream().read() == '.';
        } catch (IOException e) { // Connection reset
            return false;
        }
    }
}
