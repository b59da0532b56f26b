package dev.eventloop.examples.logcollector;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.Timer;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads lines on one event loop. What all clients sent within one iteration goes into one chunk,
 * and at its end to the store; whose line is not complete yet keeps its beginning. Acknowledgements
 * are written once per client and iteration.
 *
 * <p>Chunks are what bounds the memory: with all of them in use nobody is read from, and TCP makes
 * the senders wait.
 */
final class Intake {
    /** Less room than this is not worth a system call. */
    private static final int SMALLEST_READ = 64 * 1024;

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LAST_PATIENCE = Duration.ofSeconds(1);

    private final EventLoop loop;
    private final Sockets sockets = Sockets.system();
    private final Settings settings;
    private final Store store;
    private final Counters counters;
    private final Replies replies;
    private final ChunkPool chunks;
    private final Acceptor acceptor;
    private final Set<Session> sessions = new HashSet<>();
    private final ArrayDeque<Session> waiting = new ArrayDeque<>();
    private final List<Session> toWrite = new ArrayList<>();
    private final Timer lastPatience;
    private final ByteBuffer wasted = ByteBuffer.allocateDirect(4096);
    private Chunk current;
    private boolean stopping;
    private boolean storedAll;

    /**
     * @throws ErrnoException the address is in use, or not to be had
     */
    Intake(EventLoop loop, Settings settings, InetSocketAddress address, Store store)
            throws ErrnoException {
        this.loop = loop;
        this.settings = settings;
        this.store = store;
        this.counters = store.counters();
        this.replies = new Replies(sockets, settings.reply);
        this.chunks = new ChunkPool(this, settings.chunksPerLoop());
        this.lastPatience = loop.newTimer(this::closeAll);
        this.acceptor = new Acceptor(loop, address, settings.listenOptions(), this::welcome);
    }

    InetSocketAddress address() {
        return acceptor.address();
    }

    ChunkPool chunks() {
        return chunks;
    }

    /** The store has something in {@link #chunks} for this loop. Any thread. */
    void wakeup() {
        loop.wakeup();
    }

    /**
     * Reads no more, has everything stored that was read, acknowledges it, and ends {@link #run}.
     * Any thread.
     */
    void stop() {
        loop.execute(this::stopReading);
    }

    /** Until {@link #stop} and everybody has had their acknowledgements. */
    void run() throws IOException {
        try (loop) {
            while (!(storedAll && sessions.isEmpty())) {
                loop.run(-1);
                handOver();
                acknowledge();
                resume();
                if (stopping && !storedAll && chunks.isWhole()) {
                    storedAll = true;
                    lastPatience.start(LAST_PATIENCE);
                }
            }
        }
    }

    private void welcome(int fd) throws IOException {
        if (counters.clients.incrementAndGet() > settings.maxClients) {
            counters.clients.decrementAndGet();
            counters.refused.incrementAndGet();
            acceptor.refuse(fd, "there are " + settings.maxClients + " clients already; try later");
            return;
        }
        counters.connections.incrementAndGet();
        InetSocketAddress peer = sockets.remoteAddress(fd);
        String name = peer == null ? "gone" : peer.getHostString() + ":" + peer.getPort();
        sockets.keepAlive(fd, true); // who vanished without a word is found out after hours
        Session session = new Session(this, fd, name);
        loop.add(fd, Events.READ, Intake::onReady, session);
        sessions.add(session);
    }

    private static void onReady(int fd, int events, Session session) throws IOException {
        Intake intake = session.intake;
        if (session.blocked && (events & ~Events.READ) != 0) {
            intake.reply(session);
        }
        if (session.finished && !session.closed) {
            intake.discard(session);
        } else if (!session.closed && !session.ended && !session.waiting) {
            intake.read(session);
        }
    }

    /** Reads once; what more there is comes in the next iteration, after everybody else's. */
    private void read(Session session) throws IOException {
        if (current != null && current.isFullFor(session.carried() + SMALLEST_READ)) {
            handOver();
        }
        if (current == null) {
            current = chunks.take();
        }
        if (current == null) {
            await(session);
            return;
        }
        int from = current.end + session.carried();
        ByteBuffer bytes = current.bytes.limit(Chunk.SIZE - 1).position(from);
        int count = sockets.read(session.fd, bytes);
        if (count > 0) {
            take(session, from, from + count);
            if (current.end >= Chunk.SIZE / 2) {
                handOver(); // the store can begin while this loop reads on
            }
        } else if (count == 0) {
            end(session);
        } else if (count != -Errno.EAGAIN && count != -Errno.EINTR) {
            counters.torn.addAndGet(session.carried() > 0 ? 1 : 0);
            close(session);
        }
    }

    private void take(Session session, int from, int to) {
        counters.bytes.addAndGet(to - from);
        int newline = Newlines.lastIndexOf(current.bytes, from, to);
        if (newline >= 0) {
            session.uncarry(current.bytes, from - session.carried());
            add(session, newline + 1);
        }
        session.carry(current.bytes, newline < 0 ? from : newline + 1, to, settings.maxLine);
    }

    private void add(Session session, int end) {
        current.add(session, end);
        session.underWay++;
    }

    /** The client's FIN. What it sent behind its last newline is a line too. */
    private void end(Session session) throws IOException {
        int carried = session.carried();
        if (carried > 0) {
            int end = current.end + carried;
            session.uncarry(current.bytes, current.end);
            current.bytes.put(end, (byte) '\n');
            add(session, end + 1);
        }
        session.ended = true;
        listen(session);
        closeIfDone(session);
    }

    /** All chunks are in use. */
    private void await(Session session) throws IOException {
        counters.pauses.incrementAndGet();
        session.waiting = true;
        waiting.addLast(session);
        listen(session);
    }

    private void resume() throws IOException {
        for (int room = chunks.room(); room > 0 && !waiting.isEmpty(); ) {
            Session session = waiting.removeFirst();
            session.waiting = false;
            if (!session.closed) {
                listen(session);
                room--;
            }
        }
    }

    /** Gives the store what was read. */
    private void handOver() {
        if (current != null && !current.isEmpty()) {
            current.millis = System.currentTimeMillis();
            store.submit(current);
            current = null;
        }
    }

    /** Looks at what the store has done. */
    private void acknowledge() throws IOException {
        int released = chunks.released();
        Chunk chunk = chunks.acknowledged();
        while (chunk != null) {
            for (int i = 0; i < chunk.segments; i++) {
                Session session = chunk.sessions[i];
                session.underWay--;
                session.owed += chunk.lines[i];
                if (!session.listed) {
                    session.listed = true;
                    toWrite.add(session);
                }
            }
            chunk = chunks.acknowledged();
        }
        for (int i = 0; i < toWrite.size(); i++) {
            Session session = toWrite.get(i);
            session.listed = false;
            if (!session.closed && !session.blocked) {
                reply(session);
            }
        }
        toWrite.clear();
        chunks.collect(released);
    }

    private void reply(Session session) throws IOException {
        session.blocked = !replies.write(session);
        listen(session);
        closeIfDone(session);
    }

    /** Tells the loop what is waited for, if that has changed. */
    private void listen(Session session) throws ErrnoException {
        boolean reads = !session.waiting && (!session.ended || session.finished);
        int interest = (reads ? Events.READ : 0) | (session.blocked ? Events.WRITE : 0);
        if (interest != session.interest) {
            session.interest = interest;
            loop.mod(session.fd, interest);
        }
    }

    /** Who has sent all there is, and has had its replies, is done. */
    private void closeIfDone(Session session) throws IOException {
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

    private void stopReading() {
        try {
            stopping = true;
            acceptor.close();
            handOver();
            if (current != null) {
                chunks.giveBack(current);
                current = null;
            }
            for (Session session : List.copyOf(sessions)) {
                counters.torn.addAndGet(session.carried() > 0 ? 1 : 0);
                session.ended = true;
                listen(session);
                closeIfDone(session);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Sends FIN, and waits for the client's: closing with bytes unread would be a reset, which may
     * overtake the last replies (RFC 9293, 3.6.1; RFC 1122, 4.2.2.13).
     */
    private void finish(Session session) throws IOException {
        sockets.shutdownWrite(session.fd);
        session.finished = true;
        session.dropCarry();
        listen(session);
    }

    private void discard(Session session) throws IOException {
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

    private void close(Session session) throws IOException {
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
