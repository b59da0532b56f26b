package dev.eventloop.examples.chat;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.Timer;
import dev.eventloop.net.Sockets;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Holds the sessions and their shared state. Confined to its loop's thread. */
final class ChatServer implements AutoCloseable {
    private static final Duration TENTH_OF_SECOND = Duration.ofMillis(100);
    private static final int TENTHS = 10;

    /** The number of free buffers to keep; many slow clients may have used thousands. */
    static final int MOST_FREE_BUFFERS = 64;

    private final EventLoop loop;
    private final Sockets sockets;
    private final Consumer<String> warnings;
    private final int packetsPerTenth;
    private final Duration patience;
    private final Acceptor acceptor;
    private final Timer nextTurn;
    private final PacketPool packets = new PacketPool();
    private final Channels channels = new Channels();
    private final Texts texts = new Texts();
    private final Map<String, Session> names = new HashMap<>();
    private final Set<Session> sessions = new HashSet<>();
    private final Queue<Session> ending = new ArrayDeque<>();
    private final List<Session> waiting = new ArrayList<>();
    private final Map<Ending, Integer> endings = new EnumMap<>(Ending.class);
    private ReceiveBuffer freeBuffers;
    private int freeBufferCount;

    /**
     * Starts to listen.
     *
     * @param rate packets per second accepted from a session; more must wait
     * @param patience how long a packet may take to arrive completely, and how long a client that
     *     has half-closed may take to read the rest
     * @param warnings receives a sentence when accepting fails
     * @throws ErrnoException EADDRINUSE, EACCES and so on, from {@link Sockets#listen}
     */
    ChatServer(
            EventLoop loop,
            Sockets sockets,
            InetSocketAddress address,
            int rate,
            Duration patience,
            Consumer<String> warnings)
            throws ErrnoException {
        this.loop = loop;
        this.sockets = sockets;
        this.warnings = warnings;
        this.packetsPerTenth = Math.max(1, rate / TENTHS);
        this.patience = patience;
        this.nextTurn = loop.newTimer(this::takeTurns);
        this.acceptor = new Acceptor(this, address);
    }

    /** Called with an accepted connection. */
    void welcome(int fd) throws ErrnoException {
        Session session = new Session(this, fd);
        session.open();
        sessions.add(session);
    }

    void warn(String sentence) {
        warnings.accept(sentence);
    }

    /** Closes the session after the current callback. */
    void ending(Session session, Ending how) {
        ending.add(session);
        endings.merge(how, 1, Integer::sum);
    }

    /** Closing a session notifies others, whose queues may then overflow and close them, too. */
    void closeEnding() {
        Session session = ending.poll();
        while (session != null) {
            sessions.remove(session);
            try {
                session.close();
            } catch (ErrnoException e) {
                warn("closing a session failed: " + e.getMessage());
            }
            session = ending.poll();
        }
    }

    /** Called when the session has reached its rate for this tenth of a second. */
    void waitForTurn(Session session) {
        waiting.add(session);
        if (!nextTurn.isActive()) {
            nextTurn.start(TENTH_OF_SECOND);
        }
    }

    private void takeTurns() {
        List<Session> turn = List.copyOf(waiting);
        waiting.clear();
        turn.forEach(Session::takeTurn);
        closeEnding();
    }

    long tenthOfSecond() {
        return System.nanoTime() / TENTH_OF_SECOND.toNanos();
    }

    int packetsPerTenth() {
        return packetsPerTenth;
    }

    Duration patience() {
        return patience;
    }

    void tell(Session session, byte type, String sentence) {
        SharedPacket packet = packets.of(type, sentence);
        session.send(packet);
        packet.release();
    }

    /** Returns false if another session has the name. */
    boolean takeName(String name, Session session) {
        return names.putIfAbsent(name, session) == null;
    }

    void giveBackName(String name) {
        names.remove(name);
    }

    ReceiveBuffer takeReceiveBuffer() {
        ReceiveBuffer buffer = freeBuffers;
        if (buffer == null) {
            return new ReceiveBuffer();
        }
        freeBuffers = buffer.next;
        freeBufferCount--;
        buffer.next = null;
        return buffer;
    }

    void giveBack(ReceiveBuffer buffer) {
        if (freeBufferCount < MOST_FREE_BUFFERS) {
            buffer.clear();
            buffer.next = freeBuffers;
            freeBuffers = buffer;
            freeBufferCount++;
        }
    }

    int freeBuffers() {
        return freeBufferCount;
    }

    EventLoop loop() {
        return loop;
    }

    Sockets sockets() {
        return sockets;
    }

    PacketPool packets() {
        return packets;
    }

    Channels channels() {
        return channels;
    }

    Texts texts() {
        return texts;
    }

    int sessions() {
        return sessions.size();
    }

    /** The number of sessions that wait because they exceeded the rate. */
    int waiting() {
        return waiting.size();
    }

    int ended(Ending how) {
        return endings.getOrDefault(how, 0);
    }

    InetSocketAddress address() {
        return acceptor.address();
    }

    /** A summary of the sessions, by the way they ended. */
    String total() {
        String all =
                endings.entrySet().stream()
                        .map(entry -> entry.getValue() + " " + entry.getKey().ofSessions)
                        .collect(Collectors.joining(", "));
        return all.isEmpty() ? "no sessions" : "of the sessions " + all;
    }

    /** Sends all sessions a farewell and ends them. */
    void endAll() {
        for (Session session : List.copyOf(sessions)) {
            session.end(Ending.STOPPED, "the server stops");
        }
        closeEnding();
    }

    @Override
    public void close() throws ErrnoException {
        nextTurn.cancel();
        acceptor.close();
        endAll();
        channels.close();
    }
}
