package dev.eventloop.examples.c10k;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** A few connections on which something happens; both ends are here. */
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
            do { // over loopback it is there at once, or nearly so
                servers[i] = sockets.accept(listenFd);
            } while (servers[i] == -Errno.EAGAIN);
        }
        sockets.close(listenFd);
    }

    int count() {
        return servers.length;
    }

    /** The server's end. */
    int fd(int index) {
        return servers[index];
    }

    /** Lets a byte come to each. */
    void makeReady() throws IOException {
        for (int client : clients) {
            if (sockets.write(client, one.clear()) != 1) {
                throw new IOException("a busy connection takes no byte");
            }
        }
    }

    /** Reads what has come to a server's end; how many bytes. */
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
