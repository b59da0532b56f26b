package dev.eventloop.lb.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.fixture.Fuzz;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Any text is a range or is refused in a sentence; a range is written as it is read. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class FuzzedRangesAreReadSafelyTest {
    private static final List<String> VALID =
            List.of(
                    "10.0.0.0/8",
                    "127.0.0.1",
                    "0.0.0.0/0",
                    "255.255.255.255/32",
                    "::/0",
                    "::1/128",
                    "2001:db8::/32",
                    "2001:db8::8000:0:0:0/65",
                    "::1.2.3.4",
                    "::ffff:1.2.3.4/128",
                    "fe80::%1/64");

    @Test
    @DisplayName("100,000 mutations of ranges")
    void mutations() {
        int[] read = new int[2];
        Fuzz.texts(
                100_000,
                VALID,
                (text, random) -> {
                    try {
                        isWrittenAsItIsRead(text);
                        read[0]++;
                    } catch (IllegalArgumentException e) {
                        assertThat(e.getMessage()).startsWith("range \"" + text + "\": ");
                        read[1]++;
                    }
                });
        assertThat(read[0]).as("ranges").isGreaterThan(1_000);
        assertThat(read[1]).as("refused").isGreaterThan(1_000);
    }

    private static void isWrittenAsItIsRead(String text) {
        Cidr range = Cidr.parse(text);
        assertThat(range.contains(range.high(), range.low())).isTrue();
        Cidr again;
        try {
            again = Cidr.parse(range.toString());
        } catch (IllegalArgumentException e) {
            throw new AssertionError(text + " is written as " + range, e);
        }
        assertThat(again).isEqualTo(range);
    }
}
