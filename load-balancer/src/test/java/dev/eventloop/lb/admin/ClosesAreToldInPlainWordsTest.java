package dev.eventloop.lb.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.CloseReason;
import dev.eventloop.lb.ClosedConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each close is described in plain words: who closed the connection, how, when, and after how many
 * bytes.
 */
@Tag("fast")
class ClosesAreToldInPlainWordsTest {
    private static final InetSocketAddress SOMEWHERE =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    private static ClosedConnection closed(
            long id, CloseReason reason, String backend, long up, long down, Duration after) {
        List<String> tried = backend == null ? List.of() : List.of(backend);
        return new ClosedConnection(
                id,
                Instant.EPOCH,
                SOMEWHERE,
                SOMEWHERE,
                "default",
                "default",
                tried,
                backend,
                up,
                down,
                null,
                null,
                after,
                reason);
    }

    @Test
    @DisplayName("closed by the backend with a reset after 12.3 s, 0 bytes up, 1.5 kB down")
    void sentence() {
        ClosedConnection reset =
                closed(1, CloseReason.BACKEND_RESET, "b:1", 0, 1500, Duration.ofMillis(12_345));
        assertThat(CloseStory.of(reset))
                .isEqualTo(
                        "closed by the backend with a reset after 12.3 s, 0 bytes up, 1.5 kB down");
        ClosedConnection refused =
                closed(1, CloseReason.CONNECT_REFUSED, null, 0, 0, Duration.ofMillis(3));
        assertThat(CloseStory.of(refused))
                .isEqualTo(
                        "failed because the last backend tried refused the connection, after 3 ms");
    }

    @ParameterizedTest
    @DisplayName("every reason has a sentence")
    @EnumSource(CloseReason.class)
    void reasons(CloseReason reason) {
        String story = CloseStory.of(closed(1, reason, "b:1", 1, 2, Duration.ofSeconds(90)));
        assertThat(story).matches("[a-zA-Z, ]+ after 1 min 30 s, 1 byte up, 2 bytes down");
    }

    @ParameterizedTest
    @DisplayName("durations in a fitting unit")
    @CsvSource({
        "0, 0 ms",
        "999, 999 ms",
        "1000, 1.0 s",
        "59999, 59.9 s",
        "60000, 1 min 0 s",
        "3599999, 59 min 59 s",
        "3600000, 1 h 0 min",
        "90061000, 25 h 1 min"
    })
    void times(long millis, String text) {
        assertThat(CloseStory.time(Duration.ofMillis(millis))).isEqualTo(text);
    }

    @ParameterizedTest
    @DisplayName("bytes in a fitting unit")
    @CsvSource({
        "0, 0 bytes",
        "1, 1 byte",
        "999, 999 bytes",
        "1000, 1.0 kB",
        "999949, 999.9 kB",
        "999950, 1.0 MB",
        "1234567890, 1.2 GB",
        "9223372036854775807, 9223372.0 TB"
    })
    void bytes(long count, String text) {
        assertThat(CloseStory.bytes(count)).isEqualTo(text);
    }

    @Test
    @DisplayName("the last 100 are kept, newest first")
    void kept() {
        LastCloses closes = new LastCloses();
        for (int id = 1; id <= 250; id++) {
            closes.add(closed(id, CloseReason.CLIENT_CLOSED, "b:1", 0, 0, Duration.ZERO));
        }
        assertThat(closes.newestFirst())
                .extracting(ClosedConnection::id)
                .hasSize(100)
                .startsWith(250L, 249L)
                .endsWith(152L, 151L);
    }
}
