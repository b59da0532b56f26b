package dev.eventloop.examples.logcollector;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Memory that lines are read into, and that goes round: filled by an {@link Intake}, worked on by
 * the {@link Store}, and back. It holds whole lines only, of one client after the other; where each
 * one's end is a segment. Belongs to one thread at a time; the queues hand it over.
 */
final class Chunk {
    static final int SIZE = 256 * 1024;

    /** At most so many clients' lines in one chunk. */
    static final int MAX_SEGMENTS = 1024;

    /** Lines [0, end), each with its newline. Little-endian for {@link Newlines}. */
    final ByteBuffer bytes = ByteBuffer.allocateDirect(SIZE).order(ByteOrder.LITTLE_ENDIAN);

    final Intake home;
    final Session[] sessions = new Session[MAX_SEGMENTS];
    final int[] ends = new int[MAX_SEGMENTS];

    /** How many lines each segment has; the store counts them. */
    final int[] lines = new int[MAX_SEGMENTS];

    int segments;
    int end;

    /** When it was handed over: milliseconds since 1970. */
    long millis;

    /** How many lines all segments have. */
    int lineCount;

    /** How many of them were cut to the longest that a line may be. */
    int truncated;

    Chunk(Intake home) {
        this.home = home;
    }

    /** Takes the bytes up to here as complete lines of this session. */
    void add(Session session, int newEnd) {
        sessions[segments] = session;
        ends[segments] = newEnd;
        segments++;
        end = newEnd;
    }

    boolean isEmpty() {
        return segments == 0;
    }

    /** Whether neither this many bytes (and one newline more) nor another segment fit. */
    boolean isFullFor(int count) {
        return SIZE - 1 - end < count || segments == MAX_SEGMENTS;
    }

    /**
     * Counts the lines of each segment, and cuts those that are longer than {@code maxLine} bytes;
     * what comes behind such a line moves up.
     */
    void frame(int maxLine) {
        lineCount = 0;
        truncated = 0;
        int from = 0;
        int to = 0;
        for (int i = 0; i < segments; i++) {
            int segmentEnd = ends[i];
            int count = 0;
            while (from < segmentEnd) {
                int newline = Newlines.indexOf(bytes, from, segmentEnd);
                int length = newline - from;
                if (length > maxLine) {
                    length = maxLine;
                    truncated++;
                }
                if (from != to || from + length != newline) {
                    bytes.put(to, bytes, from, length).put(to + length, (byte) '\n');
                }
                to += length + 1;
                from = newline + 1;
                count++;
            }
            ends[i] = to;
            lines[i] = count;
            lineCount += count;
        }
        end = to;
        bytes.limit(end).position(0);
    }

    /** Forgets everything. */
    void clear() {
        Arrays.fill(sessions, 0, segments, null);
        segments = 0;
        end = 0;
        bytes.clear();
    }
}
