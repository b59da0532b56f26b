package dev.eventloop.examples.logcollector;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * A search through the ring, oldest line first, over the lines present when the query arrived. It
 * proceeds in steps, as fast as the client reads, and delays nothing: lines overwritten in the
 * meantime are left out, and the end of the answer says so.
 */
final class Search {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z' ").withZone(ZoneOffset.UTC);

    /** The most bytes searched per step, so that other queries get their turn. */
    private static final int BYTES_PER_STEP = 16 << 20;

    private static final int LONGEST_END = 128;

    private final Ring ring;
    private final Query query;
    private final byte[] keyword;
    private final long end;
    private long entry;

    /** Lines of the first entry that are older than the requested ones. */
    private long skip;

    /** The number of bytes of the entry already searched. */
    private int done;

    private long found;
    private boolean overtaken;
    private byte[] time = {};
    private long timeOf = -1;

    Search(Ring ring, Query query) {
        this.ring = ring;
        this.query = query;
        this.keyword = query.keyword().getBytes(StandardCharsets.ISO_8859_1);
        this.end = ring.head();
        this.entry = ring.tail();
        if (query.last() >= 0) {
            long wanted = Math.max(ring.firstLine(end) - query.last(), ring.firstLine(entry));
            entry = lastAtMost(wanted);
            skip = Math.max(0, wanted - ring.firstLine(entry));
        }
    }

    /** The last entry whose first line has at most this number; the numbers only increase. */
    private long lastAtMost(long line) {
        long low = entry;
        long high = end;
        while (low < high) {
            long middle = (low + high + 1) >>> 1;
            if (ring.firstLine(middle) <= line) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /**
     * Appends lines to the answer, and after the last one their number.
     *
     * @param out the answer, with room for the longest line
     * @param block a buffer for a chunk
     * @return whether the answer is complete
     */
    boolean step(ByteBuffer out, byte[] block) {
        for (int looked = 0; looked < BYTES_PER_STEP && entry < end; ) {
            if (entry < ring.tail()) {
                overtaken = true;
                startAt(ring.tail());
                continue;
            }
            long millis = ring.time(entry);
            if (millis < query.from() || millis >= query.to()) {
                startAt(entry + 1);
                looked += Long.BYTES;
                continue;
            }
            int length = ring.copy(entry, block);
            if (length < 0) {
                continue; // it was overwritten, and tail has moved past it
            }
            looked += length;
            if (!addLines(out, block, length, millis)) {
                return false;
            }
            startAt(entry + 1);
        }
        return entry >= end && addEnd(out);
    }

    private void startAt(long next) {
        entry = next;
        done = 0;
        skip = 0;
    }

    /** Returns whether all matching lines of this entry fit. */
    private boolean addLines(ByteBuffer out, byte[] block, int length, long millis) {
        while (done < length) {
            int hit = indexOf(block, done, length, keyword);
            if (hit < 0) {
                return true;
            }
            int start = hit;
            while (start > done && block[start - 1] != '\n') {
                start--;
            }
            int newline = hit;
            while (block[newline] != '\n') {
                newline++;
            }
            if (skip > 0) {
                skip--;
            } else if (!addLine(out, block, start, newline + 1 - start, millis)) {
                return false;
            } else {
                found++;
            }
            done = newline + 1;
        }
        return true;
    }

    private boolean addLine(ByteBuffer out, byte[] block, int from, int length, long millis) {
        if (timeOf != millis) {
            timeOf = millis;
            time = TIME.format(Instant.ofEpochMilli(millis)).getBytes(StandardCharsets.US_ASCII);
        }
        if (out.remaining() < time.length + length) {
            return false;
        }
        out.put(time).put(block, from, length);
        return true;
    }

    private boolean addEnd(ByteBuffer out) {
        if (out.remaining() < LONGEST_END) {
            return false;
        }
        String text =
                "END "
                        + found
                        + (overtaken ? " (older lines were overwritten before they were read)" : "")
                        + "\n";
        out.put(text.getBytes(StandardCharsets.US_ASCII));
        return true;
    }

    private static int indexOf(byte[] text, int from, int to, byte[] keyword) {
        if (keyword.length == 0) {
            return from;
        }
        byte first = keyword[0];
        int last = to - keyword.length;
        for (int at = from; at <= last; at++) {
            if (text[at] == first && matches(text, at, keyword)) {
                return at;
            }
        }
        return -1;
    }

    private static boolean matches(byte[] text, int at, byte[] keyword) {
        for (int i = 1; i < keyword.length; i++) {
            if (text[at + i] != keyword[i]) {
                return false;
            }
        }
        return true;
    }
}
