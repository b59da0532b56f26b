package dev.eventloop.lb;

import java.time.Duration;

/** Durations as people write them: {@code 500ms}, {@code 60s}, {@code 5m}, {@code 1h}. */
public final class Durations {
    /** What fits in a long of nanoseconds, about 292 years, in whole hours. */
    private static final long MOST_MILLIS = Long.MAX_VALUE / 3_600_000_000_000L * 3_600_000;

    private static final String MOST = MOST_MILLIS / 3_600_000 + "h, which is 292 years";

    private Durations() {}

    /** Formats a duration in the largest unit that leaves no remainder. */
    public static String toString(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds == 0 || seconds % 60 != 0) {
            return seconds + "s";
        }
        return seconds % 3600 != 0 ? seconds / 60 + "m" : seconds / 3600 + "h";
    }

    /**
     * Parses the form that {@link #toString} returns. The result fits in a long of nanoseconds.
     *
     * @throws IllegalArgumentException with a sentence that says what would be right
     */
    public static Duration parse(String text) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        long millisPerUnit =
                switch (text.substring(digits)) {
                    case "ms" -> 1;
                    case "s" -> 1000;
                    case "m" -> 60_000;
                    case "h" -> 3_600_000;
                    default -> 0;
                };
        if (digits == 0 || digits > 9 || millisPerUnit == 0) {
            throw new IllegalArgumentException(
                    "\""
                            + text
                            + "\" is not a duration; write a whole number and its unit, such as 500ms,"
                            + " 60s, 5m or 1h");
        }
        long millis = Long.parseLong(text.substring(0, digits)) * millisPerUnit;
        if (millis > MOST_MILLIS) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is too long; it must be at most " + MOST);
        }
        return Duration.ofMillis(millis);
    }
}
