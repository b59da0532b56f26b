package dev.eventloop.examples.httpproxy;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.Timer;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.BufferPool;
import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.NativeBuffer;
import dev.eventloop.net.Sockets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Accepts clients and holds their sessions' shared state. Confined to its loop's thread. */
final class ProxyServer implements AutoCloseable {
    private static final int FREE_BUFFERS = 64;
    private static final int RESOLVER_THREADS = 4;

    /** The number of connections to accept per callback. */
    private static final int ACCEPT_BURST = 64;

    /** How often to retry without file descriptors, since no event reports free ones. */
    private static final Duration RETRY = Duration.ofMillis(100);

    final EventLoop loop;
    final Sockets sockets;
    final Settings settings;
    final Resolver resolver;
    final BufferPool buffers = new BufferPool(Settings.BUFFER, FREE_BUFFERS);

    /** The shared read buffer; a flow copies what it cannot forward at once. */
    final ByteBuffer chunk = ByteBuffer.allocateDirect(Settings.CHUNK);

    private final Consumer<String> warnings;
    private final Set<Session> sessions = new HashSet<>();
    private final int listener;
    private final Timer retry;
    private boolean warned;

    /**
     * Starts to listen.
     *
     * @throws ErrnoException as {@link Sockets#listen(InetSocketAddress, ListenOptions)}
     */
    ProxyServer(
            EventLoop loop,
            Sockets sockets,
            InetSocketAddress address,
            Settings settings,
            Consumer<String> warnings)
            throws ErrnoException {
        this.loop = loop;
        this.sockets = sockets;
        this.settings = settings;
        this.warnings = warnings;
        this.resolver = new Resolver(loop, RESOLVER_THREADS, Resolver::system);
        this.retry = loop.newTimer(this::acceptAgain);
        listener = sockets.listen(address, ListenOptions.defaults().noDelay(true));
        loop.add(listener, Events.READ, (fd, events, proxy) -> proxy.accept(), this);
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
        Session session = new Session(this, fd);
        sessions.add(session);
        try {
            session.begin();
        } catch (ErrnoException e) {
            warnings.accept("a client was refused: " + e.getMessage());
            session.close();
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

    /** Starts to connect; returns the fd. */
    int connect(InetAddress host, int port) throws ErrnoException {
        int fd = sockets.connect(new InetSocketAddress(host, port));
        try {
            sockets.noDelay(fd, true);
        } catch (ErrnoException e) {
            // macOS refuses this if the connect has failed already, which an event reports next
        }
        return fd;
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

    /** Removes an fd that is about to be closed. */
    void forget(int fd) {
        try {
            loop.delBeforeClose(fd);
        } catch (ErrnoException e) {
            // it was not registered
        }
    }

    void left(Session session) {
        sessions.remove(session);
    }

    /** Stops listening, and ends all sessions. */
    @Override
    public void close() {
        retry.cancel();
        forget(listener);
        sockets.close(listener);
        List.copyOf(sessions).forEach(Session::close);
        resolver.close();
        buffers.close();
    }
}
