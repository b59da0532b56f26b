package dev.eventloop.lb.admin.http;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.Events;
import dev.eventloop.Timer;
import dev.eventloop.lb.WarningPace;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.NativeAddress;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves HTTP/1.1 on one listener, with a fixed number of connections: for one more it closes
 * another. The methods below "On the loop" are for the loop's thread.
 */
public final class HttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

    private static final int ACCEPTS_PER_TURN = 4;
    private static final int MAX_EVENTS = 64;

    /** How long accepting pauses when there are no descriptors. */
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Sockets sockets = Sockets.system();
    private final HttpHandler handler;
    private final int listenFd;
    private final int most;
    private final EventLoop loop;
    private final Timer resumption;
    private final NativeAddress peer = new NativeAddress();
    private final Connections connections = new Connections();
    private final ByteBuffer dropped = ByteBuffer.allocate(16 * 1024);
    private final RequestThreads threads;
    private final Thread thread;

    private int delayed;
    private final WarningPace failures = new WarningPace();
    private boolean ended;

    private HttpServer(
            int listenFd, String name, String eventBackend, int most, HttpHandler handler) {
        this.handler = handler;
        this.listenFd = listenFd;
        this.most = most;
        this.loop =
                EventLoop.create(
                        EventLoopOptions.defaults()
                                .backend(eventBackend)
                                .maxEvents(MAX_EVENTS)
                                .errorHandler(this::failed));
        this.resumption = loop.newTimer(this::resume);
        this.threads = new RequestThreads(name + "-request", quarter());
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    /**
     * Starts to serve.
     *
     * @param listenFd which the server closes, if it starts
     * @param name of its thread
     * @param most connections at a time; at least 4
     */
    public static HttpServer start(
            int listenFd, String name, String eventBackend, int most, HttpHandler handler)
            throws ErrnoException {
        HttpServer server = new HttpServer(listenFd, name, eventBackend, most, handler);
        try {
            server.loop.add(listenFd, Events.READ, (fd, events, self) -> self.accept(), server);
        } catch (ErrnoException | RuntimeException | Error e) {
            server.free();
            throw e;
        }
        server.thread.start();
        return server;
    }

    /** Ends all connections and the thread. Idempotent. Any thread but the loop's. */
    @Override
    public void close() {
        threads.close();
        stop();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void stop() {
        if (!ended) {
            loop.stop();
        }
    }

    private void run() {
        try {
            loop.runUntilStopped();
        } catch (IOException | RuntimeException e) {
            LOG.error("the admin port is not served any more", e);
        } finally {
            connections.closeAll();
            free();
            sockets.close(listenFd);
        }
    }

    private synchronized void free() {
        ended = true;
        loop.close();
        peer.close();
    }

    // On the loop

    private void accept() {
        for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
            int fd = sockets.accept(listenFd, peer);
            if (fd >= 0) {
                open(fd);
            } else if (fd != -Errno.ECONNABORTED && fd != -Errno.EINTR) {
                if (fd != -Errno.EAGAIN) {
                    pause(); // EMFILE, ENFILE, ENOBUFS, ENOMEM: the listener stays readable
                }
                return;
            }
        }
    }

    private void open(int fd) {
        if (connections.size() >= most) {
            HttpConnection other = connections.expendable();
            if (other == null) {
                sockets.close(fd);
                return;
            }
            other.close();
        }
        HttpConnection connection = new HttpConnection(this, Source.of(peer), fd);
        connections.add(connection);
        try {
            connection.open();
        } catch (ErrnoException | RuntimeException | Error e) {
            failed(e);
            connection.close();
        }
    }

    private void pause() {
        interest(0);
        resumption.start(PAUSE);
    }

    private void resume() {
        interest(Events.READ);
    }

    private void interest(int interest) {
        try {
            loop.mod(listenFd, interest);
        } catch (ErrnoException e) {
            failed(e);
        }
    }

    HttpHandler handler() {
        return handler;
    }

    EventLoop loop() {
        return loop;
    }

    Sockets sockets() {
        return sockets;
    }

    /** Where bytes go that are read and not needed. */
    ByteBuffer dropped() {
        return dropped.clear();
    }

    /** A request is to wait before it is looked at; false if too many do. */
    boolean delayBegins() {
        if (delayed >= quarter()) {
            return false;
        }
        delayed++;
        return true;
    }

    void delayEnds() {
        delayed--;
    }

    /** Those that wait for this server cannot be closed for others, so they are few. */
    private int quarter() {
        return most / 4;
    }

    /** Answers on another thread; false if there are too many requests. */
    boolean answer(HttpRequest request, Consumer<HttpResponse> answered) {
        return threads.tryExecute(
                () -> {
                    HttpResponse response = handler.answer(request);
                    try {
                        loop.execute(() -> answered.accept(response));
                    } catch (IllegalStateException e) {
                        LOG.debug("the answer came after the end of the server", e);
                    }
                });
    }

    /** Logs a failure, at most one a minute: strangers may know how to cause it. */
    void failed(Throwable failure) {
        if (failures.claim(System.nanoTime())) {
            LOG.error("a connection of the admin port failed; the others go on", failure);
        }
    }

    void closed(HttpConnection connection, int fd) {
        connections.remove(connection);
        try {
            loop.delBeforeClose(fd);
        } catch (ErrnoException e) {
            LOG.debug("a connection was not registered", e);
        }
        sockets.close(fd);
    }
}
