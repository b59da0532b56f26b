package dev.eventloop.examples.logcollector;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads lines on one event loop. The complete lines of all clients in one iteration go into one
 * chunk, and at its end to the store; each session keeps its unfinished line. Acknowledgements are
 * written once per client and iteration.
 *
 * <p>The chunks limit the memory: when all are in use, the loop stops reading, and TCP makes the
 * senders wait.
 */
final class Intake {
    /** Less free room than this is not worth a system call. */
    private static final int SMALLEST_READ = 64 * 1024;

    private final EventLoop loop;
    private final Sockets sockets = Sockets.system();
    private final Settings settings;
    private final Store store;
    private final Counters counters;
    private final Replies replies;
    private final ChunkPool chunks;
    private final Clients clients;
    private final ArrayDeque<Session> waiting = new ArrayDeque<>();
    private final List<Session> toWrite = new ArrayList<>();

    /** The chunk being filled; null for none. */
    private Chunk current;

    private boolean stopping;

    /**
     * @throws ErrnoException if the address is in use or not available
     */
    Intake(EventLoop loop, Settings settings, InetSocketAddress address, Store store)
            throws ErrnoException {
        this.loop = loop;
        this.settings = settings;
        this.store = store;
        this.counters = store.counters();
        this.replies = new Replies(sockets, settings.reply);
        this.chunks = new ChunkPool(this, settings.chunksPerLoop());
        this.clients = new Clients(loop, settings, address, counters, this, store::say);
    }

    InetSocketAddress address() {
        return clients.address();
    }

    ChunkPool chunks() {
        return chunks;
    }

    /** Wakes this loop because the store has returned {@link #chunks}. Any thread. */
    void wakeup() {
        loop.wakeup();
    }

    /**
     * Stops reading, waits until everything read is stored and acknowledged, and ends {@link #run}.
     * Any thread.
     */
    void stop() {
        loop.execute(this::stopReading);
    }

    /**
     * Runs until {@link #stop} and all acknowledgements are sent. Leaves the loop open, because the
     * store may still wake it once more.
     */
    void run() throws IOException {
        boolean storedAll = false;
        while (!(storedAll && clients.isEmpty())) {
            int ignored = loop.run(-1);
            handOver();
            acknowledge();
            resume();
            if (stopping && !storedAll && chunks.isWhole()) {
                storedAll = true;
                clients.hurry();
            }
        }
    }

    static void onReady(int fd, int events, Session session) throws IOException {
        Intake intake = session.intake;
        if (session.blocked && (events & ~Events.READ) != 0) {
            intake.reply(session);
        }
        if (session.closed || session.waiting) {
            return;
        }
        if (session.finished) {
            intake.clients.discard(session);
        } else if (!session.ended) {
            intake.read(session);
        }
    }

    /** Reads once; more bytes must wait for the next iteration, after all other clients. */
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
                handOver(); // the store can start while this loop continues to read
            }
        } else if (count == 0) {
            end(session);
        } else if (count != -Errno.EAGAIN && count != -Errno.EINTR) {
            counters.torn.addAndGet(session.carried() > 0 ? 1 : 0);
            clients.close(session);
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

    /** EOF: the bytes after the last newline are a line, too. */
    private void end(Session session) throws IOException {
        int carried = session.carried();
        if (carried > 0) {
            int end = current.end + carried;
            session.uncarry(current.bytes, current.end);
            current.bytes.put(end, (byte) '\n');
            add(session, end + 1);
        }
        session.ended = true;
        clients.listen(session);
        clients.closeIfDone(session);
    }

    /** Called when all chunks are in use. */
    private void await(Session session) throws IOException {
        counters.pauses.incrementAndGet();
        session.waiting = true;
        waiting.addLast(session);
        clients.listen(session);
    }

    private void resume() throws IOException {
        for (int room = chunks.room(); room > 0 && !waiting.isEmpty(); ) {
            Session session = waiting.removeFirst();
            session.waiting = false;
            if (!session.closed) {
                clients.listen(session);
                room--;
            }
        }
    }

    /** Passes the chunk to the store. */
    private void handOver() {
        if (current != null && !current.isEmpty()) {
            current.millis = System.currentTimeMillis();
            store.submit(current);
            current = null;
        }
    }

    /** Processes the chunks that the store has returned. */
    private void acknowledge() throws IOException {
        int released = chunks.released();
        Chunk chunk = chunks.acknowledged();
        while (chunk != null) {
            for (int i = 0; i < chunk.segments; i++) {
                acknowledge(chunk.sessions[i], chunk.lines[i]);
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

    private void acknowledge(Session session, int lines) {
        session.underWay--;
        session.owed += lines;
        if (!session.listed) {
            session.listed = true;
            toWrite.add(session);
        }
    }

    private void reply(Session session) throws IOException {
        session.blocked = !replies.write(session);
        clients.listen(session);
        clients.closeIfDone(session);
    }

    private void stopReading() {
        try {
            stopping = true;
            handOver();
            if (current != null) {
                chunks.giveBack(current);
                current = null;
            }
            clients.stopReading();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
