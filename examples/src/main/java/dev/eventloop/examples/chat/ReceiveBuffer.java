package dev.eventloop.examples.chat;

import dev.eventloop.net.Sockets;
import java.nio.ByteBuffer;

/**
 * Received bytes that have not been parsed yet, in one block: filled at the end, consumed from the
 * front. Bytes are moved to the front only if the rest of a packet would not fit behind them, which
 * is rare, since the buffer has room for two packets.
 */
final class ReceiveBuffer {
    static final int CAPACITY = 2 * (Protocol.HEADER + Protocol.MOST);

    private final ByteBuffer bytes = ByteBuffer.allocateDirect(CAPACITY);
    private final ByteBuffer text = bytes.duplicate();
    private int start;
    private int end;
    private long compactions;

    /** The next buffer in the list of free ones. */
    ReceiveBuffer next;

    /** Reads once, up to the free room; returns the bytes, 0 at EOF, or {@code -errno}. */
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

    /** The number of bytes that the packet at the front may still need. */
    private int missing() {
        int whole = has(Protocol.HEADER) ? declaredLength() : Protocol.MOST;
        return Protocol.HEADER + whole - (end - start);
    }

    boolean has(int count) {
        return end - start >= count;
    }

    /** The length field of the packet at the front, which may be invalid. */
    int declaredLength() {
        return bytes.getInt(start);
    }

    /** The type of the packet at the front. */
    byte type() {
        return bytes.get(start + Protocol.HEADER);
    }

    /** Its text. Always the same buffer, valid until the next call. */
    ByteBuffer text() {
        int from = start + Protocol.HEADER;
        return text.limit(from + declaredLength()).position(from + 1);
    }

    /** Consumes the packet at the front. */
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

    /** The number of times that bytes were moved. */
    long compactions() {
        return compactions;
    }
}
