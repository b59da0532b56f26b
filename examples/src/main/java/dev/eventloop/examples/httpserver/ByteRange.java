package dev.eventloop.examples.httpserver;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The requested part of a file: RFC 9110, 14.
 *
 * @param from the first byte
 * @param to the byte after the last one; equal to {@code from} for a range beyond the file
 */
record ByteRange(long from, long to) {
    static final ByteRange UNSATISFIABLE = new ByteRange(0, 0);

    /** No file size has more digits. */
    private static final Pattern SINGLE =
            Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})", Pattern.CASE_INSENSITIVE);

    /** Returns null for several ranges or an invalid one: the whole file may be sent instead. */
    static ByteRange parse(String header, long size) {
        Matcher range = SINGLE.matcher(header.replace(" ", ""));
        if (!range.matches()) {
            return null;
        }
        String first = range.group(1);
        String last = range.group(2);
        if (first.isEmpty()) {
            return last.isEmpty() ? null : ending(Math.min(size, Long.parseLong(last)), size);
        }
        long from = Long.parseLong(first);
        long to = last.isEmpty() ? size : Math.min(size, Long.parseLong(last) + 1);
        if (!last.isEmpty() && Long.parseLong(last) < from) {
            return null;
        }
        return from >= size ? UNSATISFIABLE : new ByteRange(from, to);
    }

    /** {@code bytes=-500}: the last 500. */
    private static ByteRange ending(long count, long size) {
        return count == 0 ? UNSATISFIABLE : new ByteRange(size - count, size);
    }
}
