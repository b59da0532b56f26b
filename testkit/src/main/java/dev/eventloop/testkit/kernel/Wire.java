package dev.eventloop.testkit.kernel;

import java.nio.ByteBuffer;

/**
 * One direction of a connection: segments that arrive after a while, in order, as far as the
 * receiver's window allows. Between unix-domain sockets everything arrives immediately.
 */
final class Wire {
    private static final int LARGEST_SEGMENT = 64 * 1024;

    private final World world;
    private final Connection from;
    private final Connection to;
    private final boolean local;

    /** Taken from the application; waits for the window to open. */
    private final ByteQueue unsent = new ByteQueue();

    /** Bytes that have not arrived yet. */
    private int inFlight;

    /** Bytes that have not arrived yet, or whose acknowledgement has not. */
    private int unacknowledged;

    private long lastArrival;
    private boolean finAsked;
    private boolean finSent;
    private boolean finDelivered;
    private boolean broken;

    Wire(Connection from, Connection to, boolean local) {
        this.world = from.world();
        this.from = from;
        this.to = to;
        this.local = local;
    }

    /** Bytes in the send buffer: not yet acknowledged or, in the unix domain, not yet read. */
    int outstanding() {
        return local ? to.inbox.size() : unsent.size() + unacknowledged;
    }

    /** Sends {@code count} bytes; the caller has checked that they fit. */
    void send(ByteBuffer source, int count) {
        if (local) {
            to.arrived(source, count);
        } else {
            unsent.put(source, count);
            transmit();
        }
    }

    /** Sends FIN behind the bytes. */
    void finish() {
        finAsked = true;
        transmit();
    }

    /** Sends RST; what was not in flight yet is lost. */
    void reset() {
        cut();
        arrive(to::resetArrived);
    }

    /** Sends an urgent byte, regardless of the window. */
    void sendUrgent(byte urgent) {
        arrive(() -> to.urgentArrived(urgent));
    }

    /**
     * Nothing is sent any more. What was not acknowledged by now never is: Linux goes on to report
     * it, SIOCOUTQ in tcp(7), also of a connection that was reset.
     */
    void cut() {
        broken = true;
        unacknowledged += unsent.size();
        unsent.clear();
    }

    /** Sends what the window allows: the window has grown, or there are new bytes. */
    void transmit() {
        while (!broken) {
            int window = to.window() - inFlight;
            int count = Math.min(Math.min(unsent.size(), window), segment());
            if (count <= 0) {
                break;
            }
            byte[] segment = unsent.take(count);
            inFlight += count;
            unacknowledged += count;
            arrive(() -> deliver(segment));
        }
        if (!broken && finAsked && !finSent && unsent.size() == 0) {
            finSent = true;
            arrive(this::deliverFin);
        }
    }

    private void deliverFin() {
        finDelivered = true;
        to.finArrived();
    }

    /** Whether everything has arrived, FIN included. */
    boolean isFinished() {
        return finDelivered;
    }

    private void deliver(byte[] segment) {
        inFlight -= segment.length;
        if (to.isClosed()) { // RFC 9293, 3.10.7.1
            to.reset();
            return;
        }
        to.arrived(ByteBuffer.wrap(segment), segment.length);
        if (world.hasLatency()) {
            world.after(world.latency(), () -> acknowledged(segment.length));
        } else {
            acknowledged(segment.length);
        }
    }

    private void acknowledged(int count) {
        if (broken) {
            return;
        }
        unacknowledged -= count;
        from.roomGrew();
    }

    /** The size of a segment: the maximum, or random where there is latency. */
    private int segment() {
        return world.hasLatency() ? 1 + world.random.nextInt(LARGEST_SEGMENT) : LARGEST_SEGMENT;
    }

    /** Schedules an arrival, behind all earlier ones. */
    void arrive(Runnable arrival) {
        if (local || !world.hasLatency()) {
            arrival.run();
        } else {
            lastArrival = Math.max(lastArrival, world.now() + world.latency());
            world.at(lastArrival, arrival);
        }
    }
}
