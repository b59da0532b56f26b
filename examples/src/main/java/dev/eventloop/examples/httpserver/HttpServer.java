package dev.eventloop.examples.httpserver;

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
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Accepts clients and holds their shared state. Confined to its loop's thread. */
final class HttpServer implements AutoCloseable {
    private static final int FREE_BUFFERS = 256;

    /** The number of connections to accept per callback. */
    private static final int ACCEPT_BURST = 64;

    /** How often to retry without file descriptors, since no event reports free ones. */
    private static final Duration RETRY = Duration.ofMillis(100);

    final EventLoop loop;
    final Sockets sockets;
    final Settings settings;
    final Responder responder;
    final BufferPool buffers = new BufferPool(Settings.BUFFER, FREE_BUFFERS);

    /** Holds input to discard. */
    final ByteBuffer sink = ByteBuffer.allocateDirect(64 * 1024);

    private final Consumer<String> warnings;
    private final Set<Connection> connections = new HashSet<>();
    private final int listener;
    private final Timer retry;
    private boolean warned;

    /**
     * Starts to listen.
     *
     * @throws ErrnoException as {@link Sockets#listen(InetSocketAddress, ListenOptions)}
     */
    HttpServer(
            EventLoop loop,
            Sockets sockets,
            InetSocketAddress address,
            VirtualHosts hosts,
            Settings settings,
            Consumer<String> warnings)
            throws ErrnoException {
        this.loop = loop;
        this.sockets = sockets;
        this.settings = settings;
        this.responder = new Responder(hosts);
        this.warnings = warnings;
        this.retry = loop.newTimer(this::acceptAgain);
        // TCP_NODELAY: head and file are two writes, and Nagle's algorithm would delay the second.
        listener = sockets.listen(address, ListenOptions.defaults().noDelay(true));
        loop.add(listener, Events.READ, (fd, events, server) -> server.accept(), this);
    }

    InetSocketAddress address() {
        return sockets.localAddress(listener);
    }

    private void accept() throws ErrnoException {
        for (int i = 0; i < ACCEPT_BURST; i++) {
            int fd = sockets.accept(listener);
            if (fd >= 0) {
                welcome(fd);
            } else if (Errno.isScarcity(-fd)) {
                pause(-fd);
                return;
            } else if (fd == -Errno.EAGAIN) {
                return;
            }
        }
    }

    private void welcome(int fd) {
        Connection connection = new Connection(this, fd);
        connections.add(connection);
        try {
            connection.begin();
        } catch (ErrnoException e) {
            warnings.accept("a client was refused: " + e.getMessage());
            connection.close();
        }
    }

    /** A listener that is always ready and cannot accept would make the loop spin. */
    private void pause(int errno) throws ErrnoException {
        if (!warned) {
            warned = true;
            warnings.accept("accepting is paused from time to time: " + Errno.description(errno));
        }
        loop.mod(listener, 0);
        retry.start(RETRY);
    }

    private void acceptAgain() {
        try {
            loop.mod(listener, Events.READ);
        } catch (ErrnoException e) {
            warnings.accept("accepting has stopped: " + e.getMessage());
            loop.stop();
        }
    }

    /** Prints a warning for the operator. */
    void warn(String sentence) {
        warnings.accept(sentence);
    }

    /** Returns a buffer to the pool, and returns null for the caller's field. */
    NativeBuffer give(NativeBuffer buffer) {
        if (buffer != null) {
            buffers.give(buffer);
        }
        return null;
    }

    /** Removes a connection that is about to close its fd. */
    void left(Connection connection, int fd) {
        connections.remove(connection);
        forget(fd);
    }

    private void forget(int fd) {
        try {
            loop.delBeforeClose(fd);
        } catch (ErrnoException e) {
            // it was not registered
        }
    }

    /** Stops listening, and ends all connections. */
    @Override
    public void close() {
        retry.cancel();
        forget(listener);
        sockets.close(listener);
        List.copyOf(connections).forEach(Connection::close);
        buffers.close();
    }
}
