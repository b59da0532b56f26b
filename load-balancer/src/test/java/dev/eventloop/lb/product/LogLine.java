package dev.eventloop.lb.product;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a product's log says of a connection that has ended.
 *
 * @param client its address and port
 * @param tried addresses and ports of the backends; of HAProxy's the last one only
 * @param up bytes from the client
 * @param down bytes to the client
 * @param millis how long it took
 */
public record LogLine(String client, List<String> tried, long up, long down, long millis) {
    /** How {@link #parse} wants it. */
    static final String FORMAT = "client=%s tried=%s sent=%s received=%s duration_ms=%s";

    /** {@code key=value}, some of them between others; what was not tried is a dash. */
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

    /** One number per attempt, of which only the last one can have carried bytes. */
    private static long last(String numbers) {
        return Long.parseLong(numbers.substring(numbers.lastIndexOf(',') + 1));
    }

    /** nginx has seconds with a point, and three digits behind it. */
    private static long millis(String time) {
        return Long.parseLong(time.replace(".", ""));
    }
}
