package dev.eventloop.lb.report;

import dev.eventloop.lb.ClosedConnection;
import dev.eventloop.lb.Names;
import dev.eventloop.lb.OpenedConnection;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/** A line of the access log as {@link dev.eventloop.lb.AccessLogFormat#TEXT} has it. */
final class TextLine {
    private TextLine() {}

    static String of(OpenedConnection opened) {
        StringBuilder line = new StringBuilder(192);
        line.append(opened.openedAt().truncatedTo(ChronoUnit.MILLIS));
        line.append(" event=open id=").append(opened.id());
        line.append(" client=").append(Names.of(opened.client()));
        appendUnlessDefault(line, " frontend=", opened.frontend());
        appendUnlessDefault(line, " pool=", opened.pool());
        line.append(" backend=").append(opened.backend());
        line.append(" tried=").append(String.join(",", opened.tried()));
        return line.append(" connect_ms=")
                .append(millis(opened.connectTime()))
                .append('\n')
                .toString();
    }

    /**
     * @param named whether the line says of which event and connection it is, since there are
     *     others
     */
    static String of(ClosedConnection closed, boolean named) {
        StringBuilder line = new StringBuilder(224);
        line.append(closed.endedAt().truncatedTo(ChronoUnit.MILLIS));
        if (named) {
            line.append(" event=close id=").append(closed.id());
        }
        line.append(" client=").append(Names.of(closed.client()));
        appendUnlessDefault(line, " frontend=", closed.frontend());
        if (closed.pool() != null || !Names.DEFAULT.equals(closed.frontend())) {
            appendUnlessDefault(line, " pool=", closed.pool());
        }
        line.append(" backend=").append(orDash(closed.backend()));
        line.append(" tried=").append(orDash(String.join(",", closed.tried())));
        int attempts = closed.tried().size();
        appendPerAttempt(line.append(" sent="), attempts, closed.bytesUp());
        appendPerAttempt(line.append(" received="), attempts, closed.bytesDown());
        line.append(" connect_ms=").append(millis(closed.connectTime()));
        line.append(" first_byte_ms=").append(millis(closed.firstByteTime()));
        line.append(" duration_ms=").append(millis(closed.duration()));
        return line.append(" reason=").append(closed.reason()).append('\n').toString();
    }

    /** Leaves out the frontend or pool named default: most load balancers have no other. */
    private static void appendUnlessDefault(StringBuilder line, String key, String name) {
        if (!Names.DEFAULT.equals(name)) {
            line.append(key).append(orDash(name));
        }
    }

    /** Only the last one can have carried bytes. */
    private static void appendPerAttempt(StringBuilder line, int attempts, long bytes) {
        line.append("0,".repeat(Math.max(0, attempts - 1))).append(bytes);
    }

    private static String orDash(String text) {
        return text == null || text.isEmpty() ? "-" : text;
    }

    private static String millis(Duration duration) {
        return duration == null ? "-" : Long.toString(duration.toMillis());
    }
}
