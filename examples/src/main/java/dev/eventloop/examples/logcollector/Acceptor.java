package dev.eventloop.examples.logcollector;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.Timer;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.Sockets;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;

/** Listens on an address and passes on accepted connections. Confined to a loop. */
final class Acceptor {
    private static final int AT_ONCE = 64;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final EventLoop loop;
    private final Sockets sockets = Sockets.system();
    private final Welcome welcome;
    private final Consumer<String> warnings;
    private final Timer pause;
    private final int fd;
    private boolean warned;

    /** Receives each connection. */
    interface Welcome {
        void connected(int fd);
    }

    /**
     * @param warnings receives a sentence, once, when accepting fails
     * @throws ErrnoException if the address is in use or not available
     */
    Acceptor(
            EventLoop loop,
            InetSocketAddress address,
            ListenOptions options,
            Welcome welcome,
            Consumer<String> warnings)
            throws ErrnoException {
        this.loop = loop;
        this.welcome = welcome;
        this.warnings = warnings;
        this.pause = loop.newTimer(this::goOn);
        this.fd = sockets.listen(address, options);
        loop.add(fd, Events.READ, Acceptor::onConnection, this);
    }

    InetSocketAddress address() {
        return sockets.localAddress(fd);
    }

    /** Sends the reason to a client that cannot be served, and closes. */
    void refuse(int client, String why) {
        byte[] text = ("ERR " + why + "\n").getBytes(StandardCharsets.UTF_8);
        int ignored =
                sockets.write(client, ByteBuffer.wrap(text)); // best effort: the client may be gone
        sockets.shutdownWrite(client);
        sockets.close(client);
    }

    /** Stops listening. */
    void close() throws ErrnoException {
        pause.cancel();
        loop.delBeforeClose(fd);
        sockets.close(fd);
    }

    private static void onConnection(int fd, int events, Acceptor acceptor) throws ErrnoException {
        acceptor.acceptSome();
    }

    private void acceptSome() throws ErrnoException {
        for (int i = 0; i < AT_ONCE; i++) {
            int client = sockets.accept(fd);
            if (client >= 0) {
                welcome.connected(client);
            } else if (client == -Errno.EAGAIN) {
                return;
            } else if (client != -Errno.EINTR && client != -Errno.ECONNABORTED) {
                // Out of files or memory: the connection stays in the backlog, and every wait would
                // report it.
                loop.mod(fd, 0);
                pause.start(PAUSE);
                warn(-client);
                return;
            }
        }
    }

    private void warn(int errno) {
        if (!warned) {
            warned = true;
            warnings.accept(
                    "cannot accept for now: "
                            + Errno.description(errno)
                            + " ("
                            + Errno.name(errno)
                            + "); new clients wait until others disconnect (ulimit -n shows the"
                            + " limit of open files)");
        }
    }

    private void goOn() {
        try {
            loop.mod(fd, Events.READ);
        } catch (ErrnoException e) {
            pause.start(PAUSE); // ENOMEM or ENOSPC for the registration: epoll_ctl(2)
        }
    }
}
