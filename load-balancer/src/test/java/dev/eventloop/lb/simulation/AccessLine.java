package dev.eventloop.lb.simulation;

import dev.eventloop.lb.CloseReason;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A parsed line of the access log.
 *
 * @param pool "-" for none; "default" as well
 * @param backend the backend that was connected to; "-" for none
 * @param connectMillis -1 for none; the same for firstByteMillis
 * @param sent bytes sent to that backend; received likewise
 */
record AccessLine(
        String client,
        String frontend,
        String pool,
        String backend,
        List<String> tried,
        long sent,
        long received,
        long connectMillis,
        long firstByteMillis,
        long durationMillis,
        CloseReason reason) {
    static AccessLine parse(String line) {
        Map<String, String> fields = new HashMap<>();
        for (String word : line.split(" ", -1)) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                fields.put(word.substring(0, equals), word.substring(equals + 1));
            }
        }
        String tried = fields.get("tried");
        return new AccessLine(
                fields.get("client"),
                fields.getOrDefault("frontend", "default"),
                fields.getOrDefault("pool", "default"),
                fields.get("backend"),
                tried.equals("-") ? List.of() : Arrays.asList(tried.split(",")),
                last(fields.get("sent")),
                last(fields.get("received")),
                millis(fields.get("connect_ms")),
                millis(fields.get("first_byte_ms")),
                Long.parseLong(fields.get("duration_ms")),
                CloseReason.valueOf(
                        fields.get("reason").toUpperCase(Locale.ROOT).replace('-', '_')));
    }

    private static long millis(String text) {
        return text.equals("-") ? -1 : Long.parseLong(text);
    }

    private static long last(String numbers) {
        return Long.parseLong(numbers.substring(numbers.lastIndexOf(',') + 1));
    }

    boolean wasConnected() {
        return !backend.equals("-");
    }
}
