package dev.eventloop.examples.httpserver;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;

/** Formats HTTP dates, and parses them and the two obsolete formats: RFC 9110, 5.6.7. */
final class HttpDate {
    static final long NONE = Long.MIN_VALUE;

    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);

    private static final List<DateTimeFormatter> READ =
            List.of(
                    FORMAT,
                    new DateTimeFormatterBuilder() // RFC 850
                            .appendPattern("EEEE, dd-MMM-")
                            .appendValueReduced(ChronoField.YEAR, 2, 2, 1970)
                            .appendPattern(" HH:mm:ss 'GMT'")
                            .toFormatter(Locale.US),
                    DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.US)); // asctime

    private HttpDate() {}

    static String of(long seconds) {
        return FORMAT.format(LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC));
    }

    /** Seconds since 1970; {@link #NONE} for an invalid date or null. */
    static long parse(String text) {
        for (DateTimeFormatter format : READ) {
            try {
                if (text != null) {
                    return LocalDateTime.parse(text, format).toEpochSecond(ZoneOffset.UTC);
                }
            } catch (DateTimeException e) {
                // try the next format
            }
        }
        return NONE;
    }
}
