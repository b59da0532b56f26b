package dev.eventloop.examples.logcollector;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.Timer;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.AddressText;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The clients of one {@link Intake}: accepts, watches and closes them. */
final class Clients {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LAST_PATIENCE = Duration.ofSeconds(1);

    private final EventLoop loop;
    private final Sockets sockets = Sockets.system();
    private final Settings settings;
    private final Counters counters;
    private final Intake intake;
    private final Acceptor acceptor;
    private final Timer lastPatience;
    private final Set<Session> sessions = new HashSet<>();
    private final ByteBuffer wasted = ByteBuffer.allocateDirect(4096);
    private boolean stopping;

    /**
     * @throws ErrnoException if the address is in use or not available
     */
    Clients(
            EventLoop loop,
            Settings settings,
            InetSocketAddress address,
            Counters counters,
            Intake intake,
            Consumer<String> warnings)
            throws ErrnoException {
        this.loop = loop;
        this.settings = settings;
        this.counters = counters;
        this.intake = intake;
        this.lastPatience = loop.newTimer(this::closeAll);
        this.acceptor =
                new Acceptor(loop, address, settings.listenOptions(), this::welcome, warnings);
    }

    InetSocketAddress address() {
        return acceptor.address();
    }

    boolean isEmpty() {
        return sessions.isEmpty();
    }

    private void welcome(int fd) {
        if (counters.clients.incrementAndGet() > settings.maxClients) {
            counters.clients.decrementAndGet();
            counters.refused.incrementAndGet();
            acceptor.refuse(
                    fd, "the limit of " + settings.maxClients + " clients is reached; try later");
            return;
        }
        counters.connections.incrementAndGet();
        InetSocketAddress peer = sockets.remoteAddress(fd);
        Session session = new Session(intake, fd, peer == null ? "gone" : AddressText.of(peer));
        try {
            sockets.keepAlive(fd, true); // detects vanished clients, after hours
            loop.add(fd, Events.READ, Intake::onReady, session);
            sessions.add(session);
        } catch (ErrnoException e) {
            // The client is gone again (macOS reports it here), or the kernel lacks memory.
            counters.clients.decrementAndGet();
            sockets.close(fd);
        }
    }

    /** Updates the interest, if it has changed. */
    void listen(Session session) throws ErrnoException {
        boolean reads = !session.waiting && (!session.ended || session.finished);
        int interest = (reads ? Events.READ : 0) | (session.blocked ? Events.WRITE : 0);
        if (interest != session.interest) {
            session.interest = interest;
            loop.mod(session.fd, interest);
        }
    }

    /** Closes a client after EOF, once all its replies are sent. */
    void closeIfDone(Session session) throws IOException {
        if (!session.ended || session.closed || session.finished) {
            return;
        }
        if (session.underWay == 0 && !session.blocked) {
            if (stopping) {
                finish(session);
            } else {
                close(session);
            }
        } else if (session.blocked && session.patience == null) {
            session.patience = loop.newTimer(() -> closeUnlessClosed(session));
            session.patience.start(PATIENCE);
        }
    }

    /** Stops accepting and reading; received lines will still be acknowledged. */
    void stopReading() throws IOException {
        stopping = true;
        acceptor.close();
        for (Session session : List.copyOf(sessions)) {
            counters.torn.addAndGet(session.carried() > 0 ? 1 : 0);
            session.ended = true;
            listen(session);
            closeIfDone(session);
        }
    }

    /** Everything is acknowledged; closes clients, even those that do not read. */
    void hurry() {
        lastPatience.start(LAST_PATIENCE);
    }

    /**
     * Sends FIN and waits for the client's FIN: closing with unread bytes would send RST (RFC 1122,
     * 4.2.2.13), which may overtake the last replies.
     */
    private void finish(Session session) throws IOException {
        sockets.shutdownWrite(session.fd);
        session.finished = true;
        listen(session);
    }

    /** Discards input of a client to which FIN has been sent. */
    void discard(Session session) throws IOException {
        int count = sockets.read(session.fd, wasted.clear());
        if (count <= 0 && count != -Errno.EAGAIN && count != -Errno.EINTR) {
            close(session);
        }
    }

    private void closeAll() {
        List.copyOf(sessions).forEach(this::closeUnlessClosed);
    }

    private void closeUnlessClosed(Session session) {
        try {
            if (!session.closed) {
                close(session);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void close(Session session) throws IOException {
        session.closed = true;
        if (session.patience != null) {
            session.patience.cancel();
        }
        sessions.remove(session);
        counters.clients.decrementAndGet();
        loop.delBeforeClose(session.fd);
        sockets.close(session.fd);
    }
}
