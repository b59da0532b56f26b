package dev.eventloop.examples.logcollector;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Memory for lines, which circulates: an {@link Intake} fills it, the {@link Store} stores its
 * lines and returns it. It holds complete lines only, of one client after the other; the lines of
 * one client are a segment. One thread owns it at a time; the queues hand it over.
 */
final class Chunk {
    static final int SIZE = 256 * 1024;

    /** The most segments in a chunk. */
    static final int MAX_SEGMENTS = 1024;

    /** Lines [0, end), each with its newline. Little-endian for {@link Newlines}. */
    final ByteBuffer bytes = ByteBuffer.allocateDirect(SIZE).order(ByteOrder.LITTLE_ENDIAN);

    final Intake home;
    final Session[] sessions = new Session[MAX_SEGMENTS];
    final int[] ends = new int[MAX_SEGMENTS];

    /** The number of lines per segment, which the store counts. */
    final int[] lines = new int[MAX_SEGMENTS];

    int segments;
    int end;

    /** The time of the hand-over, in milliseconds since 1970. */
    long millis;

    /** The number of lines in all segments. */
    int lineCount;

    /** The number of lines that were truncated to the limit. */
    int truncated;

    Chunk(Intake home) {
        this.home = home;
    }

    /** Marks the bytes up to {@code end} as complete lines of this session. */
    void add(Session session, int newEnd) {
        sessions[segments] = session;
        ends[segments] = newEnd;
        segments++;
        end = newEnd;
    }

    boolean isEmpty() {
        return segments == 0;
    }

    /** Returns whether this many bytes plus a newline, or another segment, do not fit. */
    boolean isFullFor(int count) {
        return SIZE - 1 - end < count || segments == MAX_SEGMENTS;
    }

    /**
     * Counts the lines of each segment, and truncates those longer than {@code maxLine} bytes; the
     * bytes after such a line move forward.
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

    /** Clears the chunk. */
    void clear() {
        Arrays.fill(sessions, 0, segments, null);
        segments = 0;
        end = 0;
        bytes.clear();
    }
}
