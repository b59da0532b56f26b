package dev.eventloop.examples.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How two samples appear on a screen. */
@Tag("fast")
class FiguresAreForPeopleTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    private static Sample sample(long seconds, int connections, String name) {
        String json =
                """
                {"uptime_seconds":%d,"ready":true,"accepted":%d,"active":4,"backends":[{"name":"%s",\
                "state":"up","healthy":false,"weight":3,"backup":true,"share":0.25,"active":4,\
                "connections":%d,"connect_failures":1,"check_failures":2,"bytes_up":%d,\
                "bytes_down":0}],"last_closes":[{"id":1,"ended_at":"2026-11-21T11:03:12.480Z",\
                "backend":null,"story":"denied"}]}"""
                        .formatted(seconds, connections, name, connections, connections * 1000);
        return Sample.parse(json, seconds * 1_000_000_000);
    }

    private String written() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    @DisplayName("lines have rates per second")
    void lines() {
        try (PlainLines lines = new PlainLines(out, () -> LocalTime.of(9, 5))) {
            lines.show(Rates.between(sample(10, 100, "b"), sample(12, 150, "b")));
            lines.lost("gone");
            lines.lost("gone");
        }
        assertThat(written().lines())
                .containsExactly(
                        "09:05:00 all ready active=4 new/s=25.0 up_B/s=25000 down_B/s=0",
                        "09:05:00 b failing weight=3 share=0.250 active=4 new/s=25.0 up_B/s=25000"
                                + " down_B/s=0 failures=3",
                        "09:05:00 * gone");
    }

    @Test
    @DisplayName("control characters in a name, C0 or C1, do not reach the terminal")
    void namesAreHarmless() {
        Sample sample = sample(1, 1, "b\\u001b[2J\\u009b2J\\u0085\\n안녕");
        assertThat(sample.backends().get(0).name()).isEqualTo("b?[2J?2J??안녕");
    }

    @Test
    @DisplayName("a screen is never longer than the terminal, and optionally without colours")
    void screen() {
        try (TerminalScreen screen = new TerminalScreen(out, "title", false, () -> 7)) {
            bytes.reset();
            screen.show(Rates.between(null, sample(3_725, 150, "b")));
        }
        String[] parts = written().split("\u001b\\[J", -1);
        assertThat(parts[0].replace("\u001b[H", "").replace("\u001b[K", "").lines())
                .containsExactly(
                        "title   ready   up 1:02:05",
                        "",
                        "4 open   0.0/s new   0 B/s up   0 B/s down",
                        "",
                        "BACKEND         STATE    WEIGHT  SHARE    OPEN    NEW/S       UP/S     DOWN/S"
                                + "   FAILED",
                        "b               failing      3b    25%       4      0.0        0 B        0 B"
                                + "        3"); // and the seventh is empty
        assertThat(parts[1]).isEqualTo("\u001b[?7h\u001b[?25h\u001b[?1049l");
    }

    @Test
    @DisplayName("no name sends control sequences to the terminal")
    void controlCharacters() {
        Sample sample = sample(1, 1, "\\u001b[2J\\r\\nevil");
        assertThat(sample.backends().get(0).name()).isEqualTo("?[2J??evil");
    }

    @ParameterizedTest
    @CsvSource({"0,0 B", "999.4,999 B", "999.5,1.0 kB", "1234567,1.2 MB", "2e15,2000.0 TB"})
    @DisplayName("byte counts have a suitable unit")
    void bytes(double count, String text) {
        assertThat(Bytes.text(count)).isEqualTo(text);
    }
}
