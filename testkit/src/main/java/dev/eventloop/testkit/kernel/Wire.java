package dev.eventloop.testkit.kernel;

import java.nio.ByteBuffer;

/**
 * One direction of a connection: segments that arrive after a while, in order, as far as the
 * receiver's window lets them. Between unix-domain sockets everything arrives at once.
 */
final class Wire {
    private static final int LARGEST_SEGMENT = 64 * 1024;

    private final World world;
    private final StreamSocket from;
    private final StreamSocket to;
    private final boolean local;

    /** Taken from the application; waits for the window. */
    private final ByteQueue unsent = new ByteQueue();

    /** On the way, and on the way or with the acknowledgement on its way back. */
    private int inFlight;

    private int unacknowledged;

    private long lastArrival;
    private boolean finAsked;
    private boolean finSent;
    private boolean finDelivered;
    private boolean broken;

    Wire(StreamSocket from, StreamSocket to, boolean local) {
        this.world = from.world;
        this.from = from;
        this.to = to;
        this.local = local;
    }

    /** Bytes that the receiver has not acknowledged; what it has not read counts only locally. */
    int outstanding() {
        return local ? to.available() : unsent.size() + unacknowledged;
    }

    /** Takes all of {@code count} bytes; the caller has made sure that they fit. */
    void send(ByteBuffer source, int count) {
        if (local) {
            to.arrived(source, count);
        } else {
            unsent.put(source, count);
            transmit();
        }
    }

    /** FIN, behind what was sent. */
    void finish() {
        finAsked = true;
        transmit();
    }

    /** RST, at once; what was not on its way yet is lost. */
    void reset() {
        cut();
        arrive(to::resetArrived);
    }

    /** An urgent byte, as far as anybody cares. */
    void sendUrgent(byte urgent) {
        arrive(() -> to.urgentArrived(urgent));
    }

    /** Nothing goes this way any more. */
    void cut() {
        broken = true;
        unsent.clear();
    }

    /** The receiver has room again, or there is something new to send. */
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

    /** Everything has arrived, FIN included. */
    boolean isFinished() {
        return finDelivered;
    }

    private void deliver(byte[] segment) {
        inFlight -= segment.length;
        if (to.isGone()) { // nobody is there to read it: RFC 9293, 3.10.7.1
            to.answerWithReset();
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
        unacknowledged -= count;
        from.roomGrew();
    }

    /** Segments are as large as they can be, or not where there is chance. */
    private int segment() {
        return world.hasLatency() ? 1 + world.random.nextInt(LARGEST_SEGMENT) : LARGEST_SEGMENT;
    }

    /** What is sent in order arrives in order. */
    void arrive(Runnable arrival) {
        if (local || !world.hasLatency()) {
            arrival.run();
        } else {
            lastArrival = Math.max(lastArrival, world.now() + world.latency());
            world.at(lastArrival, arrival);
        }
    }
}
