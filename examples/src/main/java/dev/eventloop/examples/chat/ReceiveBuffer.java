package dev.eventloop.examples.chat;

import dev.eventloop.net.Sockets;
import java.nio.ByteBuffer;

/**
 * What has been received and not yet understood, in one piece: filled at the end, taken from the
 * front. Bytes are moved to the front only if what is still missing of a packet would not fit
 * behind them, so hardly ever: twice a packet's size is room enough.
 */
final class ReceiveBuffer {
    static final int CAPACITY = 2 * (Protocol.HEADER + Protocol.MOST);

    private final ByteBuffer bytes = ByteBuffer.allocateDirect(CAPACITY);
    private final ByteBuffer text = bytes.duplicate();
    private int start;
    private int end;
    private long compactions;

    /** The next in a list of free ones. */
    ReceiveBuffer next;

    /** Reads once, as much as there is room for: bytes, 0 at the end, or {@code -errno}. */
    int readFrom(Sockets sockets, int fd) {
        makeRoom();
        int count = sockets.read(fd, bytes.limit(CAPACITY).position(end));
        end += Math.max(0, count);
        return count;
    }

    private void makeRoom() {
        if (start == end) {
            clear();
        } else if (CAPACITY - end < missing()) {
            bytes.limit(end).position(start).compact().clear();
            end -= start;
            start = 0;
            compactions++;
        }
    }

    /** How many bytes the packet at the front may still need. */
    private int missing() {
        int whole = has(Protocol.HEADER) ? declaredLength() : Protocol.MOST;
        return Protocol.HEADER + whole - (end - start);
    }

    boolean has(int count) {
        return end - start >= count;
    }

    /** What the packet at the front says of its length, be that possible or not. */
    int declaredLength() {
        return bytes.getInt(start);
    }

    /** The type of the packet at the front. */
    byte type() {
        return bytes.get(start + Protocol.HEADER);
    }

    /** Its text. It is always the same buffer: for use until the next call. */
    ByteBuffer text() {
        int from = start + Protocol.HEADER;
        return text.limit(from + declaredLength()).position(from + 1);
    }

    /** The packet at the front is done with. */
    void drop() {
        start += Protocol.HEADER + declaredLength();
    }

    boolean isEmpty() {
        return start == end;
    }

    void clear() {
        start = 0;
        end = 0;
    }

    /** How often bytes had to be moved. */
    long compactions() {
        return compactions;
    }
}
