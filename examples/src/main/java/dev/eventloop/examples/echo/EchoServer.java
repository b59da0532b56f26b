package dev.eventloop.examples.echo;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.Timer;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.BufferPool;
import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.NativeBuffer;
import dev.eventloop.net.Sockets;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Accepts connections and holds their shared state. Confined to its loop's thread. */
final class EchoServer implements AutoCloseable {
    static final int BUFFER_SIZE = 16 * 1024;

    /** The number of free buffers to keep for slow readers; more are returned to the system. */
    private static final int FREE_BUFFERS = 64;

    /** Accepts per callback, so that many new clients do not starve the connected ones. */
    private static final int ACCEPTS_PER_TURN = 8;

    private static final Duration UNTIL_NEXT_TRY = Duration.ofMillis(100);

    private final EventLoop loop;
    private final Sockets sockets;
    private final Trigger trigger;
    private final Consumer<String> warnings;
    private final int listenFd;
    private final Timer nextTry;
    private final BufferPool buffers = new BufferPool(BUFFER_SIZE, FREE_BUFFERS);
    private final Set<Connection> connections = new HashSet<>();
    private final Statistics statistics = new Statistics(System.nanoTime());
    private NativeBuffer buffer = buffers.take();
    private boolean warned;

    /**
     * Starts to listen.
     *
     * @param warnings receives a sentence when accepting fails
     * @throws ErrnoException EADDRINUSE, EACCES and so on, from {@link Sockets#listen}
     */
    EchoServer(
            EventLoop loop,
            Sockets sockets,
            InetSocketAddress address,
            Trigger trigger,
            Consumer<String> warnings)
            throws ErrnoException {
        this.loop = loop;
        this.sockets = sockets;
        this.trigger = trigger;
        this.warnings = warnings;
        this.nextTry = loop.newTimer(this::resume);
        this.listenFd = sockets.listen(address, ListenOptions.defaults().noDelay(true));
        // Always level-triggered: the next wait reports the connections not accepted now.
        loop.add(listenFd, Events.READ, (fd, events, self) -> self.accept(), this);
    }

    private void accept() throws ErrnoException {
        for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
            int fd = sockets.accept(listenFd);
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
        Connection connection = new Connection(this, trigger, fd);
        try {
            connection.open();
        } catch (ErrnoException e) { // such as ENOSPC, see epoll_ctl(2)
            sockets.close(fd);
            pause(e.getMessage());
            return;
        }
        connections.add(connection);
        statistics.connections(connections.size());
    }

    /**
     * A listener with a non-empty backlog is always ready. Without a free descriptor the loop would
     * spin, so it stops watching the listener for a moment, and the clients wait.
     */
    private void pause(String why) throws ErrnoException {
        loop.mod(listenFd, 0);
        nextTry.start(UNTIL_NEXT_TRY);
        if (!warned) {
            warned = true;
            warnings.accept(
                    "cannot accept for now: "
                            + why
                            + "; new clients wait until others disconnect (ulimit -n shows the limit"
                            + " of open files)");
        }
    }

    private void resume() {
        try {
            loop.mod(listenFd, Events.READ);
        } catch (ErrnoException e) {
            warnings.accept("cannot accept: " + e.getMessage());
            nextTry.start(UNTIL_NEXT_TRY);
        }
    }

    EventLoop loop() {
        return loop;
    }

    Sockets sockets() {
        return sockets;
    }

    Statistics statistics() {
        return statistics;
    }

    /** The shared buffer that all connections read into, empty. */
    NativeBuffer buffer() {
        return buffer;
    }

    /** Hands the shared buffer over to the caller; the other connections get a new one. */
    NativeBuffer keepBuffer() {
        NativeBuffer kept = buffer;
        buffer = buffers.take();
        return kept;
    }

    void giveBack(NativeBuffer kept) {
        buffers.give(kept);
    }

    /** The number of connections with pending bytes. */
    int blocked() {
        return buffers.taken() - 1;
    }

    void closed(Connection connection) {
        connections.remove(connection);
        statistics.connections(connections.size());
    }

    /** The listening address. */
    InetSocketAddress address() {
        return sockets.localAddress(listenFd);
    }

    @Override
    public void close() throws ErrnoException {
        nextTry.cancel();
        loop.delBeforeClose(listenFd);
        sockets.close(listenFd);
        for (Connection connection : List.copyOf(connections)) {
            connection.close();
        }
        buffers.give(buffer);
        buffers.close();
    }
}
