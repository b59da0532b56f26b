package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;
import java.nio.ByteBuffer;

/** The receiving half of a socket: bytes that were not read yet, FIN, and an urgent byte. */
final class Inbox {
    private final ByteQueue bytes = new ByteQueue();
    private boolean hasFin;
    private boolean isShut;
    private boolean eofReported;
    private boolean hasUrgent;

    /** The number of bytes before the urgent mark of tcp(7); -1 for no mark. */
    private int mark = -1;

    private byte urgent;

    void put(ByteBuffer source, int count) {
        bytes.put(source, count);
    }

    /** Reads up to the mark; a read that starts at the mark goes on behind it. */
    int take(ByteBuffer target) {
        passMark();
        int most = mark > 0 ? mark : bytes.size();
        int count = Math.min(target.remaining(), most);
        bytes.take(target, count);
        mark = mark > 0 ? mark - count : mark;
        return count;
    }

    /** A read at the mark skips the urgent byte, which is lost. */
    void passMark() {
        if (isAtMark()) {
            hasUrgent = false;
            mark = -1;
        }
    }

    /** Whether the next byte is the urgent one. */
    boolean isAtMark() {
        return mark == 0;
    }

    /** As {@link #take}, but leaves the bytes in the queue. */
    int peek(ByteBuffer target) {
        int count = Math.min(target.remaining(), bytes.size());
        bytes.peek(target, count);
        return count;
    }

    int size() {
        return bytes.size();
    }

    /** Drops all bytes: the socket is closed. */
    void discard() {
        bytes.clear();
    }

    /** Sets whether FIN has arrived; false if a reset came in its place. */
    void putFin(boolean fin) {
        hasFin = fin;
    }

    boolean hasFin() {
        return hasFin;
    }

    /** shutdown(2) with SHUT_RD. */
    void shut() {
        isShut = true;
    }

    /** No bytes will follow those in the queue. */
    boolean isEnded() {
        return hasFin || isShut;
    }

    /** Whether a read of {@code count} bytes is the first that reports EOF; remembers it. */
    boolean isFirstEof(int count) {
        boolean first = count == 0 && !eofReported;
        eofReported |= count == 0;
        return first;
    }

    void putUrgent(byte value) {
        urgent = value;
        hasUrgent = true;
        mark = bytes.size();
    }

    boolean hasUrgent() {
        return hasUrgent;
    }

    /** recv(2) with MSG_OOB; EINVAL if there is no urgent byte. */
    int takeUrgent(ByteBuffer target) {
        if (!hasUrgent) {
            return -Errno.EINVAL;
        }
        hasUrgent = false;
        target.put(urgent);
        return 1;
    }
}
