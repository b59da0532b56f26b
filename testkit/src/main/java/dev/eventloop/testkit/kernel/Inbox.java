package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;
import java.nio.ByteBuffer;

/** What has come for a socket and was not read yet: bytes, their end, an urgent byte. */
final class Inbox {
    private final ByteQueue bytes = new ByteQueue();
    private boolean hasFin;
    private boolean isShut;
    private boolean endTold;
    private boolean hasUrgent;

    /** How many bytes come before the urgent one; -1 for none: the mark of tcp(7). */
    private int mark = -1;

    private byte urgent;

    void put(ByteBuffer source, int count) {
        bytes.put(source, count);
    }

    /** As many as there are and as fit, but not beyond the mark, unless they begin there. */
    int take(ByteBuffer target) {
        passMark();
        int most = mark > 0 ? mark : bytes.size();
        int count = Math.min(target.remaining(), most);
        bytes.take(target, count);
        mark = mark > 0 ? mark - count : mark;
        return count;
    }

    /** Who reads at the mark reads on behind it, and the urgent byte is lost. */
    void passMark() {
        if (isAtMark()) {
            hasUrgent = false;
            mark = -1;
        }
    }

    /** Whether the urgent byte is next. */
    boolean isAtMark() {
        return mark == 0;
    }

    /** As {@link #take}, but the bytes stay. */
    int peek(ByteBuffer target) {
        int count = Math.min(target.remaining(), bytes.size());
        bytes.peek(target, count);
        return count;
    }

    int size() {
        return bytes.size();
    }

    /** Nobody will read what there is. */
    void discard() {
        bytes.clear();
    }

    /** Whether the peer has closed its sending half in peace. */
    void putFin(boolean inPeace) {
        hasFin = inPeace;
    }

    boolean hasFin() {
        return hasFin;
    }

    /** shutdown(2) of the own receiving half. */
    void shut() {
        isShut = true;
    }

    /** Behind the bytes there are, nothing will come. */
    boolean isEnded() {
        return hasFin || isShut;
    }

    /** Whether a read of {@code count} bytes tells the end for the first time. */
    boolean tellsEnd(int count) {
        boolean news = count == 0 && !endTold;
        endTold |= count == 0;
        return news;
    }

    void putUrgent(byte value) {
        urgent = value;
        hasUrgent = true;
        mark = bytes.size();
    }

    boolean hasUrgent() {
        return hasUrgent;
    }

    /** MSG_OOB. */
    int takeUrgent(ByteBuffer target) {
        if (!hasUrgent) {
            return -Errno.EINVAL;
        }
        hasUrgent = false;
        target.put(urgent);
        return 1;
    }
}
