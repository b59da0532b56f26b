package dev.eventloop.lb.report;

import dev.eventloop.lb.ClosedConnection;
import dev.eventloop.lb.Names;
import dev.eventloop.lb.OpenedConnection;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;

/**
 * A line of the access log as {@link dev.eventloop.lb.AccessLogFormat#JSON} has it: an object (RFC
 * 8259).
 */
public final class JsonLine {
    private JsonLine() {}

    /** The line, with its end. */
    public static String of(ClosedConnection closed) {
        return of(closed, false);
    }

    /**
     * @param named whether the line says of which event it is, since there are others
     */
    static String of(ClosedConnection closed, boolean named) {
        StringBuilder line = new StringBuilder(320);
        line.append("{\"time\":\"").append(closed.endedAt());
        line.append(named ? "\",\"event\":\"close" : "");
        line.append("\",\"id\":").append(closed.id());
        appendText(line.append(",\"client\":"), Names.of(closed.client()));
        appendText(line.append(",\"listener\":"), Names.of(closed.listener()));
        appendText(line.append(",\"frontend\":"), closed.frontend());
        appendText(line.append(",\"pool\":"), closed.pool());
        appendText(line.append(",\"backend\":"), closed.backend());
        appendTried(line, closed.tried());
        line.append(",\"bytes_up\":").append(closed.bytesUp());
        line.append(",\"bytes_down\":").append(closed.bytesDown());
        line.append(",\"connect_ms\":").append(millis(closed.connectTime()));
        line.append(",\"first_byte_ms\":").append(millis(closed.firstByteTime()));
        line.append(",\"duration_ms\":").append(millis(closed.duration()));
        line.append(",\"reason\":\"").append(closed.reason());
        return line.append("\"}\n").toString();
    }

    static String of(OpenedConnection opened) {
        StringBuilder line = new StringBuilder(256);
        line.append("{\"time\":\"").append(opened.openedAt());
        line.append("\",\"event\":\"open\",\"id\":").append(opened.id());
        appendText(line.append(",\"client\":"), Names.of(opened.client()));
        appendText(line.append(",\"listener\":"), Names.of(opened.listener()));
        appendText(line.append(",\"frontend\":"), opened.frontend());
        appendText(line.append(",\"pool\":"), opened.pool());
        appendText(line.append(",\"backend\":"), opened.backend());
        appendTried(line, opened.tried());
        return line.append(",\"connect_ms\":")
                .append(millis(opened.connectTime()))
                .append("}\n")
                .toString();
    }

    private static void appendTried(StringBuilder line, List<String> names) {
        line.append(",\"tried\":[");
        for (Iterator<String> tried = names.iterator(); tried.hasNext(); ) {
            appendText(line, tried.next());
            line.append(tried.hasNext() ? "," : "");
        }
        line.append(']');
    }

    /** Escapes the text: a unix-domain socket path in a backend name may hold any character. */
    private static void appendText(StringBuilder line, String text) {
        if (text == null) {
            line.append("null");
            return;
        }
        line.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                line.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                line.append(String.format("\\u%04x", (int) c));
            } else {
                line.append(c);
            }
        }
        line.append('"');
    }

    private static String millis(Duration duration) {
        return duration == null ? "null" : Long.toString(duration.toMillis());
    }
}
