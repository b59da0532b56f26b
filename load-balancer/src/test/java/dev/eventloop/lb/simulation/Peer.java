package dev.eventloop.lb.simulation;

import java.net.InetSocketAddress;

/**
 * One end of a connection to the load balancer, which plays a {@link Script}. Checks the bytes it
 * receives at once, and records what the {@link Oracle} checks later. Polls its socket at intervals
 * that grow while nothing happens.
 */
final class Peer {
    private static final long SHORTEST_LOOK = 1_000;
    private static final long LONGEST_LOOK = 5_000_000_000L;

    final Simulation simulation;
    final Script script;
    final Dice dice;

    /** The number in the bytes it sends: client n of the run, or connection n to a backend. */
    final long number;

    final String name;
    final int fd;

    /** The backend server if this is a backend's end; null for a client. */
    final BackendServer server;

    /** The frontend that a client connects to. */
    FrontendHistory frontend;

    /** The address of a client, and the one that it connects to. */
    InetSocketAddress address;

    InetSocketAddress target;

    /** Whether this is the backend's end of a health check. */
    boolean isCheck;

    /** Of a backend: the longest time that it may have waited to be accepted. */
    long unseenFor;

    /** The other end, once received bytes have identified it; null before. */
    Peer other;

    long sent;
    long received;
    final long beganAt;

    /** When it was first found to be connected; -1 before. */
    long connectedAt = -1;

    boolean sentFin;

    /** When it sent its FIN, closed, or reset. */
    long endedAt = Long.MAX_VALUE;

    /** When it received EOF or an error. */
    long receivedEndAt = Long.MAX_VALUE;

    /** Whether it sent its FIN after it had received one. */
    boolean sentFinLast;

    boolean sawFin;
    boolean sawReset;

    /** Whether it closed or reset before both FINs were exchanged. */
    boolean left;

    /** Whether it left with a reset. */
    boolean hasReset;

    /** Whether its connect failed. */
    boolean wasRefused;

    /** The bytes it had sent when it left that were acknowledged. */
    long arrivedBeforeLeaving;

    /** Whether its socket had an error when it closed, even if it was not read. */
    boolean failedInTheEnd;

    boolean isClosed;
    long closedAt;

    /** The bytes it had sent when the load balancer closed the connection; -1 before. */
    long sentAtClose = -1;

    /** When it last sent, received or ended before that close. */
    long changedBeforeClose;

    /** When it received its first byte; -1 for never. */
    long firstReceivedAt = -1;

    long lastReceivedAt;

    /** The longest time between two reads while it was not pausing. */
    long longestReadGap;

    final Outgoing outgoing;
    private final Incoming incoming;
    private final Closing closing;
    private long lastChange;

    Peer(
            Simulation simulation,
            String name,
            long number,
            int fd,
            Script script,
            Opening opening,
            BackendServer server,
            Dice dice) {
        this.simulation = simulation;
        this.name = name;
        this.number = number;
        this.fd = fd;
        this.script = script;
        this.server = server;
        this.dice = dice;
        this.beganAt = simulation.now();
        this.lastChange = beganAt;
        this.outgoing = new Outgoing(this, script, opening);
        this.incoming = new Incoming(this, script);
        this.closing = new Closing(this, script);
    }

    boolean isClient() {
        return server == null;
    }

    /** Whether a write has failed; then it only reads. */
    boolean writeHasFailed() {
        return outgoing.hasFailed();
    }

    /** Whether its socket is unix-domain, which has no RST. */
    boolean isUnix() {
        return server != null && server.isUnix();
    }

    /** Whether it has received a FIN or a reset. */
    boolean hasReceivedEnd() {
        return sawFin || sawReset;
    }

    // Behaviour

    void begin() {
        later(dice.upTo(script.pace()));
    }

    private void act() {
        if (isClosed) {
            return;
        }
        if (closing.isTimeToAbort()) {
            leave(script.abortResets(), "aborts");
            return;
        }
        long before = outgoing.allSent() + received;
        if (outgoing.mayBegin() || sentFin) {
            noteConnected();
        }
        incoming.readSome();
        if (!isClosed) {
            writeSome();
        }
        if (!isClosed) {
            closing.end();
        }
        if (!isClosed) {
            if (outgoing.allSent() + received != before) {
                lastChange = simulation.now();
                later(dice.upTo(script.pace()));
            } else {
                long since = simulation.now() - lastChange;
                later(Math.min(LONGEST_LOOK, Math.max(script.pace() / 2, since / 4)));
            }
        }
    }

    private void later(long delay) {
        simulation.peers().after(Math.max(SHORTEST_LOOK, delay), this::act);
    }

    private void noteConnected() {
        if (connectedAt < 0 && (!isClient() || simulation.sockets().remoteAddress(fd) != null)) {
            connectedAt = simulation.now();
        }
    }

    private void writeSome() {
        if (sentFin || outgoing.hasFailed()) {
            return;
        }
        outgoing.writeSome();
        sent = outgoing.sent();
        if (outgoing.hasFailed() && (sawFin || !script.reads())) {
            sawReset = true;
            close();
        }
    }

    boolean isConnected() {
        noteConnected();
        return connectedAt >= 0;
    }

    void halfClose() {
        sentFin = true;
        endedAt = simulation.now();
        sentFinLast = sawFin;
        simulation.sockets().shutdownWrite(fd);
        simulation.note("%s half-closes after %d bytes", name, sent);
    }

    /** Closes or resets, possibly before both sides have ended. */
    void leave(boolean withReset, String how) {
        left = !sawFin || !sentFin;
        endedAt = Math.min(endedAt, simulation.now());
        hasReset = withReset;
        simulation.note("%s %s after %d bytes sent, %d received", name, how, sent, received);
        failedInTheEnd = simulation.sockets().connectResult(fd) != 0;
        arrivedBeforeLeaving = sent - simulation.sockets().unacknowledged(fd);
        if (withReset) {
            simulation.sockets().reset(fd);
        } else {
            simulation.sockets().close(fd);
        }
        closed();
    }

    /** After both sides have ended. */
    void close() {
        failedInTheEnd = simulation.sockets().connectResult(fd) != 0;
        simulation.sockets().close(fd);
        simulation.note("%s closes", name);
        closed();
    }

    private void closed() {
        isClosed = true;
        closedAt = simulation.now();
        if (server != null && left) {
            server.hasDropped();
        }
        simulation.closed(this);
    }

    /** Called when the load balancer has closed the connection. */
    void connectionIsClosed() {
        sentAtClose = sent;
        long ended = endedAt == Long.MAX_VALUE ? 0 : endedAt;
        changedBeforeClose = Math.max(lastChange, Math.max(ended, closedAt));
    }

    /** When it last sent or received something. */
    long lastChange() {
        return lastChange;
    }

    // For the checks after the run

    /** When the last of the first {@code count} bytes was sent; 0 for none. */
    long timeSent(long count) {
        return outgoing.timeSent(count);
    }

    /** How many bytes had been sent by {@code time}. */
    long sentBy(long time) {
        return outgoing.sentBy(time);
    }

    @Override
    public String toString() {
        return String.format(
                "%s: sent %d%s, received %d%s%s%s, %s",
                name,
                sent,
                sentFin ? " and FIN" : "",
                received,
                sawFin ? " and FIN" : "",
                sawReset ? " and a reset" : "",
                wasRefused ? " and a refusal" : "",
                !isClosed ? "is open" : left ? hasReset ? "reset" : "left" : "closed");
    }
}
