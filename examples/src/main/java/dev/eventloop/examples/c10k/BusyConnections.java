package dev.eventloop.examples.c10k;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** A few busy connections; this process holds both ends. */
final class BusyConnections implements AutoCloseable {
    private final Sockets sockets = Sockets.system();
    private final ByteBuffer one = ByteBuffer.allocateDirect(1);
    private final int[] clients;
    private final int[] servers;

    BusyConnections(int count) throws ErrnoException {
        clients = new int[count];
        servers = new int[count];
        int listenFd =
                sockets.listen(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        ListenOptions.defaults().noDelay(true));
        InetSocketAddress address = sockets.localAddress(listenFd);
        for (int i = 0; i < count; i++) {
            clients[i] = sockets.connect(address);
            sockets.noDelay(clients[i], true);
            do { // over loopback it arrives almost at once
                servers[i] = sockets.accept(listenFd);
            } while (servers[i] == -Errno.EAGAIN);
        }
        sockets.close(listenFd);
    }

    int count() {
        return servers.length;
    }

    /** The server's ends. */
    int fd(int index) {
        return servers[index];
    }

    /** Sends a byte to each. */
    void makeReady() throws IOException {
        for (int client : clients) {
            if (sockets.write(client, one.clear()) != 1) {
                throw new IOException("sending a byte on a busy connection failed");
            }
        }
    }

    /** Reads from a server's end; returns the number of bytes. */
    int read(int fd) {
        return sockets.read(fd, one.clear());
    }

    @Override
    public void close() {
        for (int i = 0; i < servers.length; i++) {
            sockets.close(clients[i]);
            sockets.close(servers[i]);
        }
    }
}
