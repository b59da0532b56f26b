package dev.eventloop.examples.logcollector;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * A query for lines: the newest ones, those that contain a keyword, or those of a time range.
 *
 * @param last the number of newest lines; -1 for all
 * @param from the start in milliseconds since 1970, inclusive
 * @param to the end in milliseconds since 1970, exclusive
 * @param keyword the text that a line must contain, one character per byte; empty for any line
 */
record Query(long last, long from, long to, String keyword) {
    private static final String ANYTHING = "";

    /**
     * Parses {@code RECENT n}, {@code SEARCH keyword} and {@code RANGE from to [keyword]}.
     *
     * @throws IllegalArgumentException with a sentence for the client
     */
    static Query parse(String command, String arguments, long now) {
        return switch (command.toUpperCase(Locale.ROOT)) {
            case "RECENT" -> recent(arguments);
            case "SEARCH" -> search(arguments);
            case "RANGE" -> range(arguments.split(" +", 3), now);
            default ->
                    throw new IllegalArgumentException(
                            "there is no command \"" + printable(command) + "\"; HELP lists them");
        };
    }

    private static Query recent(String count) {
        if (!count.matches("\\d{1,18}")) {
            throw new IllegalArgumentException("RECENT needs a number, such as RECENT 10");
        }
        return new Query(Long.parseLong(count), Long.MIN_VALUE, Long.MAX_VALUE, ANYTHING);
    }

    private static Query search(String keyword) {
        if (keyword.isEmpty()) {
            throw new IllegalArgumentException("SEARCH needs a keyword, such as SEARCH error");
        }
        return new Query(-1, Long.MIN_VALUE, Long.MAX_VALUE, keyword);
    }

    private static Query range(String[] parts, long now) {
        if (parts.length < 2) {
            throw new IllegalArgumentException(
                    "RANGE needs two times and optionally a keyword, such as RANGE -5m now or"
                            + " RANGE 2026-11-21T10:00:00Z 2026-11-21T11:00:00Z error");
        }
        long from = time(parts[0], now);
        long to = time(parts[1], now);
        if (from >= to) {
            throw new IllegalArgumentException(
                    "RANGE needs the earlier time first, such as RANGE -5m now");
        }
        return new Query(-1, from, to, parts.length == 3 ? parts[2] : ANYTHING);
    }

    private static long time(String text, long now) {
        try {
            if (text.equalsIgnoreCase("now")) {
                return now + 1;
            }
            if (text.matches("-\\d{1,9}[smhSMH]")) {
                return now - Duration.parse("PT" + text.substring(1)).toMillis();
            }
            return Instant.parse(text).toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "\""
                            + printable(text)
                            + "\" is not a time; valid are now, -30s, -5m, -2h or 2026-11-21T10:00:00Z",
                    e);
        }
    }

    private static String printable(String text) {
        String shown = text.length() > 40 ? text.substring(0, 40) + "…" : text;
        return shown.replaceAll("[^ -~…]", "?");
    }
}
