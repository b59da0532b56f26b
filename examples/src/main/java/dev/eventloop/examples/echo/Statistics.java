package dev.eventloop.examples.echo;

import java.util.Locale;

/** Counts messages and bytes, and formats a line per second. Confined to the loop's thread. */
final class Statistics {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double BYTES_PER_MEGABYTE = 1e6;

    private int connections;
    private int mostConnections;
    private long messages;
    private long bytes;

    private int saidConnections;
    private long saidMessages;
    private long saidBytes;
    private long saidAt;

    /**
     * @param now the time in nanoseconds, as in {@link #line}
     */
    Statistics(long now) {
        saidAt = now;
    }

    void connections(int now) {
        connections = now;
        mostConnections = Math.max(mostConnections, now);
    }

    /** Counts one read as a message, since TCP has no messages. */
    void echoed(int count) {
        messages++;
        bytes += count;
    }

    /**
     * Returns the figures since the last line; null without connections and messages.
     *
     * @param now the time in nanoseconds
     */
    String line(long now) {
        double seconds = (now - saidAt) / NANOS_PER_SECOND;
        boolean silent = connections == 0 && saidConnections == 0 && messages == saidMessages;
        String line =
                String.format(
                        Locale.ROOT,
                        "%,7d connections %,11.0f messages/s %,11.3f MB/s",
                        connections,
                        (messages - saidMessages) / seconds,
                        (bytes - saidBytes) / seconds / BYTES_PER_MEGABYTE);
        saidAt = now;
        saidConnections = connections;
        saidMessages = messages;
        saidBytes = bytes;
        return silent ? null : line;
    }

    /** Returns the totals. */
    String total() {
        return String.format(
                Locale.ROOT,
                "%,d messages, %,d bytes, %,d connections at most",
                messages,
                bytes,
                mostConnections);
    }

    int connections() {
        return connections;
    }

    long bytes() {
        return bytes;
    }
}
