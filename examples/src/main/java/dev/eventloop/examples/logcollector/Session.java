package dev.eventloop.examples.logcollector;

import dev.eventloop.Events;
import dev.eventloop.Timer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A client that sends lines. Belongs to its {@link Intake}'s loop. */
final class Session {
    private static final byte[] NOTHING = {};
    private static final int FIRST_CARRY = 256;

    final Intake intake;
    final int fd;

    /** Where it connected from, {@code "127.0.0.1:40000"}: Kafka's key. */
    final byte[] name;

    /** Interest that the loop knows of. */
    int interest = Events.READ;

    /** Segments that the store has not answered for yet. */
    int underWay;

    /** Lines that are to be acknowledged, and bytes of the first reply that are written. */
    long owed;

    int replied;
    byte[] reply;

    /** On the list of those that are to be written to in this iteration. */
    boolean listed;

    /** Waits for a chunk to read into. */
    boolean waiting;

    /** Replies wait for the socket to take them. */
    boolean blocked;

    /** Has sent its last byte, or is not to send any more. */
    boolean ended;

    /** Hears no replies any more. */
    boolean mute;

    /** Its FIN is written; what it still sends is thrown away. */
    boolean finished;

    boolean closed;

    /** Gives up on a client that has sent its last byte and does not read; null for none. */
    Timer patience;

    /** The beginning of a line whose end has not come yet. */
    private byte[] carry = NOTHING;

    private int carried;

    Session(Intake intake, int fd, String name) {
        this.intake = intake;
        this.fd = fd;
        this.name = name.getBytes(StandardCharsets.US_ASCII);
    }

    /** How many bytes of an unfinished line are kept. */
    int carried() {
        return carried;
    }

    /**
     * Keeps bytes [from, to) of an unfinished line; of a line that is too long one byte more than
     * the longest may have, which tells the store.
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

    /** Puts what was kept where there is room for it, before what has come since. */
    void uncarry(ByteBuffer bytes, int at) {
        bytes.put(at, carry, 0, carried);
        carried = 0;
    }
}
