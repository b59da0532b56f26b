package dev.eventloop.lb;

import java.time.Duration;

/** Durations as people write them: {@code 500ms}, {@code 60s}, {@code 5m}, {@code 1h}. */
public final class Durations {
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
     * Parses what {@link #toString} returns.
     *
     * @throws IllegalArgumentException with a sentence that says what would be right
     */
    public static Duration parse(String text) {
        int digits = 0;
        while (digits < text.length() && Character.digit(text.charAt(digits), 10) >= 0) {
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
        return Duration.ofMillis(Long.parseLong(text.substring(0, digits)) * millisPerUnit);
    }
}
