package dev.eventloop.lb.product;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A log line of a product about a closed connection.
 *
 * @param client the client's address and port
 * @param tried addresses and ports of the backends tried; HAProxy logs only the last one
 * @param up bytes from the client
 * @param down bytes to the client
 * @param millis the duration of the connection
 */
public record LogLine(String client, List<String> tried, long up, long down, long millis) {
    /** The format that {@link #parse} reads. */
    static final String FORMAT = "client=%s tried=%s sent=%s received=%s duration_ms=%s";

    /**
     * Parses {@code key=value} fields and ignores others; {@code tried=-} means that no backend was
     * tried.
     */
    static LogLine parse(String line) {
        Map<String, String> fields = new HashMap<>();
        for (String field : line.split(" ", -1)) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                fields.put(field.substring(0, equals), field.substring(equals + 1));
            }
        }
        String tried = fields.get("tried");
        return new LogLine(
                fields.get("client"),
                tried.equals("-") ? List.of() : List.of(tried.split(",", -1)),
                last(fields.get("sent")),
                last(fields.get("received")),
                millis(fields.get("duration_ms")));
    }

    /** The last of the numbers per attempt; only the last attempt can have transferred bytes. */
    private static long last(String numbers) {
        return Long.parseLong(numbers.substring(numbers.lastIndexOf(',') + 1));
    }

    /** nginx writes seconds with three decimal places. */
    private static long millis(String time) {
        return Long.parseLong(time.replace(".", ""));
    }
}
