package dev.eventloop.examples.logcollector;

import dev.eventloop.Events;
import dev.eventloop.Timer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A client that sends lines. Confined to its {@link Intake}'s loop. */
final class Session {
    private static final byte[] NOTHING = {};
    private static final int FIRST_CARRY = 256;

    final Intake intake;
    final int fd;

    /** The client's address, such as {@code "127.0.0.1:40000"}: the key in Kafka. */
    final byte[] name;

    /** The interest registered with the loop. */
    int interest = Events.READ;

    /** Segments that the store has not returned yet. */
    int underWay;

    /** Lines to acknowledge, and written bytes of the first reply. */
    long owed;

    int replied;
    byte[] reply;

    /** Whether it is on the list of sessions to write to in this iteration. */
    boolean listed;

    /** Whether it waits for a chunk to read into. */
    boolean waiting;

    /** Whether a write of replies failed with EAGAIN. */
    boolean blocked;

    /** EOF was read, or reading has stopped. */
    boolean ended;

    /** The client no longer receives replies. */
    boolean mute;

    /** FIN has been sent to the client; its further input is discarded. */
    boolean finished;

    boolean closed;

    /** The timeout for a client that does not read after EOF; null for none. */
    Timer patience;

    /** The beginning of an unfinished line. */
    private byte[] carry = NOTHING;

    private int carried;

    Session(Intake intake, int fd, String name) {
        this.intake = intake;
        this.fd = fd;
        this.name = name.getBytes(StandardCharsets.US_ASCII);
    }

    /** The number of bytes kept of an unfinished line. */
    int carried() {
        return carried;
    }

    /**
     * Keeps bytes [from, to) of an unfinished line; of a line that is too long, one byte more than
     * the limit, so that the store detects it.
     */
    void carry(ByteBuffer bytes, int from, int to, int maxLine) {
        int count = Math.min(to - from, maxLine + 1 - carried);
        if (count > 0) {
            if (carry.length < carried + count) {
                int doubled = Math.min(2 * (carried + count), maxLine + 1);
                carry = Arrays.copyOf(carry, Math.max(FIRST_CARRY, doubled));
            }
            bytes.get(from, carry, carried, count);
            carried += count;
        }
    }

    /** Puts the kept bytes in front of the newly read ones. */
    void uncarry(ByteBuffer bytes, int at) {
        bytes.put(at, carry, 0, carried);
        carried = 0;
    }
}
