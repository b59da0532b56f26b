package dev.eventloop.examples.chat;

import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.Timer;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.ListenOptions;
import java.net.InetSocketAddress;
import java.time.Duration;

/** The listening socket, which accepts clients. */
final class Acceptor implements AutoCloseable {
    /** Accepts per callback, so that many new clients do not starve the connected ones. */
    private static final int ACCEPTS_PER_TURN = 8;

    private static final Duration UNTIL_NEXT_TRY = Duration.ofMillis(100);

    private final ChatServer server;
    private final int listenFd;
    private final Timer nextTry;
    private boolean warned;

    Acceptor(ChatServer server, InetSocketAddress address) throws ErrnoException {
        this.server = server;
        this.nextTry = server.loop().newTimer(this::resume);
        this.listenFd = server.sockets().listen(address, ListenOptions.defaults().noDelay(true));
        server.loop().add(listenFd, Events.READ, (fd, events, self) -> self.accept(), this);
    }

    private void accept() throws ErrnoException {
        for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
            int fd = server.sockets().accept(listenFd);
            if (fd >= 0) {
                welcome(fd);
            } else if (fd == -Errno.EAGAIN) {
                return;
            } else if (fd != -Errno.ECONNABORTED && fd != -Errno.EINTR) {
                pause(Errno.description(-fd) + " (" + Errno.name(-fd) + ")");
                return;
            }
        }
    }

    private void welcome(int fd) throws ErrnoException {
        try {
            server.sockets().keepAlive(fd, true); // detects clients that vanished without a FIN
            server.welcome(fd);
        } catch (ErrnoException e) { // such as ENOSPC, see epoll_ctl(2)
            server.sockets().close(fd);
            pause(e.getMessage());
        }
    }

    /** Without a free descriptor, a listener with a non-empty backlog would spin the loop. */
    private void pause(String why) throws ErrnoException {
        server.loop().mod(listenFd, 0);
        nextTry.start(UNTIL_NEXT_TRY);
        if (!warned) {
            warned = true;
            server.warn(
                    "cannot accept for now: "
                            + why
                            + "; new clients wait until others disconnect (ulimit -n shows the limit"
                            + " of open files)");
        }
    }

    private void resume() {
        try {
            server.loop().mod(listenFd, Events.READ);
        } catch (ErrnoException e) {
            server.warn("cannot accept: " + e.getMessage());
            nextTry.start(UNTIL_NEXT_TRY);
        }
    }

    InetSocketAddress address() {
        return server.sockets().localAddress(listenFd);
    }

    @Override
    public void close() throws ErrnoException {
        nextTry.cancel();
        server.loop().delBeforeClose(listenFd);
        server.sockets().close(listenFd);
    }
}
