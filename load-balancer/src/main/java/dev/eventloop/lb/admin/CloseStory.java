package dev.eventloop.lb.admin;

import dev.eventloop.lb.ClosedConnection;
import java.time.Duration;
import java.util.Locale;

/** Describes in a sentence how a connection ended. */
final class CloseStory {
    private static final String[] UNITS = {"kB", "MB", "GB", "TB"};

    private CloseStory() {}

    /**
     * Cause, duration and bytes, such as {@code "closed by the backend with a reset after 12.3 s, 0
     * bytes up, 1.5 kB down"}.
     */
    static String of(ClosedConnection connection) {
        String story = what(connection) + " after " + time(connection.duration());
        if (connection.backend() == null) {
            return story;
        }
        return story
                + ", "
                + bytes(connection.bytesUp())
                + " up, "
                + bytes(connection.bytesDown())
                + " down";
    }

    private static String what(ClosedConnection connection) {
        return switch (connection.reason()) {
            case CLIENT_CLOSED -> "closed by the client";
            case BACKEND_CLOSED -> "closed by the backend";
            case CLIENT_RESET -> "closed by the client with a reset";
            case BACKEND_RESET -> "closed by the backend with a reset";
            case CONNECT_REFUSED -> "failed because the last backend tried refused the connection,";
            case CONNECT_TIMEOUT -> "failed because the last backend tried did not answer,";
            case IDLE_TIMEOUT -> "closed because it was idle for too long,";
            case HALF_CLOSE_TIMEOUT ->
                    "closed because one side had finished and the other sent nothing more,";
            case NO_BACKEND -> "failed because no backend was available,";
            case LOCAL_ERROR -> "failed because this machine could not connect,";
            case MAX_AGE -> "closed because it reached the maximum age,";
            case BACKEND_DOWN -> "closed because its backend went down,";
            case PRIMARY_UP -> "closed because its backend is a backup and a primary came up,";
            case DENIED -> "refused because its address is not allowed,";
            case SOURCE_LIMIT -> "refused because its address has too many connections,";
            case BAD_PROXY_HEADER -> "closed because it did not start with a PROXY header,";
            case NO_ROUTE -> "reset because no route and no default pool was for it,";
            case PREFACE_TIMEOUT -> "reset because it sent nothing to route it by,";
            case OUT_OF_MEMORY -> "reset because there was no memory for its bytes,";
            case INTERNAL_ERROR -> "reset because of an error, which the log describes,";
            case KILLED -> "closed by the operator";
            case DRAINED -> "closed because the drain timeout expired,";
            case SHUTDOWN -> "closed because the load balancer was stopped,";
        };
    }

    static String time(Duration time) {
        long millis = time.toMillis();
        if (millis < 1000) {
            return millis + " ms";
        }
        if (millis < 60_000) {
            return String.format(Locale.ROOT, "%d.%d s", millis / 1000, millis % 1000 / 100);
        }
        return time.toMinutes() < 60
                ? time.toMinutes() + " min " + time.toSecondsPart() + " s"
                : time.toHours() + " h " + time.toMinutesPart() + " min";
    }

    static String bytes(long count) {
        if (count < 1000) {
            return count == 1 ? "1 byte" : count + " bytes";
        }
        int unit = 0;
        double scaled = count / 1000.0;
        while (scaled >= 999.95 && unit < UNITS.length - 1) {
            scaled /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", scaled, UNITS[unit]);
    }
}
