package dev.eventloop.lb.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A line of the access log. */
record LogLine(
        Instant time,
        int clientPort,
        List<String> tried,
        long sent,
        long received,
        long connectMillis,
        long firstByteMillis,
        long durationMillis,
        String reason) {
    private static final String MILLIS = "(-?\\d+|-)";

    private static final Pattern LINE =
            Pattern.compile(
                    "(\\S+) client=\\S*:(\\d+) (?:frontend=\\S+ )?(?:pool=\\S+ )?backend=\\S+"
                            + " tried=(\\S+) sent=([\\d,]+) received=([\\d,]+)"
                            + " connect_ms="
                            + MILLIS
                            + " first_byte_ms="
                            + MILLIS
                            + " duration_ms="
                            + MILLIS
                            + " reason=(\\S+)");

    /** Reads the file; fails if a line is not whole. */
    static List<LogLine> read(Path file) throws IOException {
        String text = Files.readString(file);
        if (!text.isEmpty() && !text.endsWith("\n")) {
            throw new AssertionError(
                    "the last line is torn: " + text.substring(text.length() - 80));
        }
        return text.lines().map(LogLine::parse).toList();
    }

    private static LogLine parse(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            throw new AssertionError("not a line of the access log: " + line);
        }
        return new LogLine(
                Instant.parse(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                matcher.group(3).equals("-") ? List.of() : List.of(matcher.group(3).split(",", -1)),
                sum(matcher.group(4)),
                sum(matcher.group(5)),
                millis(matcher.group(6)),
                millis(matcher.group(7)),
                millis(matcher.group(8)),
                matcher.group(9));
    }

    private static long sum(String numbers) {
        return Arrays.stream(numbers.split(",", -1)).mapToLong(Long::parseLong).sum();
    }

    /** 0 for what is not known. */
    private static long millis(String text) {
        return text.equals("-") ? 0 : Long.parseLong(text);
    }
}
