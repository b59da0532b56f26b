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

/** Accepts connections, and has what they share. Lives on one loop, and is used by its thread. */
final class EchoServer implements AutoCloseable {
    static final int BUFFER_SIZE = 16 * 1024;

    /** So many are kept for the next slow readers; beyond that memory goes back to the system. */
    private static final int FREE_BUFFERS = 64;

    /** A crowd at the door must not starve those inside. */
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
     * Listens.
     *
     * @param warnings who is told a sentence when it cannot accept
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
        // Level-triggered always: who is not accepted now is announced again.
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
     * A listener with somebody in its backlog is ready for ever. Without a descriptor to accept
     * with, the loop would spin: so it looks away for a moment, and they wait.
     */
    private void pause(String why) throws ErrnoException {
        loop.mod(listenFd, 0);
        nextTry.start(UNTIL_NEXT_TRY);
        if (!warned) {
            warned = true;
            warnings.accept(
                    "cannot accept for now: "
                            + why
                            + "; who comes now waits until others go (ulimit -n shows the limit of"
                            + " open files)");
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

    /** The empty buffer that all connections read into. */
    NativeBuffer buffer() {
        return buffer;
    }

    /** The same buffer, which is the caller's from now on; the others get another one. */
    NativeBuffer keepBuffer() {
        NativeBuffer kept = buffer;
        buffer = buffers.take();
        return kept;
    }

    void giveBack(NativeBuffer kept) {
        buffers.give(kept);
    }

    /** How many connections are kept waiting by their readers. */
    int blocked() {
        return buffers.taken() - 1;
    }

    void closed(Connection connection) {
        connections.remove(connection);
        statistics.connections(connections.size());
    }

    /** Where it listens. */
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
