package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ports that a connect may start from are those that the kernel says, or else too many. */
@Tag("fast")
class LocalPortsAreReadTest {
    @ParameterizedTest
    @ValueSource(strings = {"32768\t60999", "32768\t60999\n", " 32768   60999 "})
    @DisplayName("the range of Linux, its ends included")
    void rangeOfLinux(String text) {
        LocalPorts ports = LocalPorts.parse(text);
        assertThat(ports.contains(32_767)).isFalse();
        assertThat(ports.contains(32_768)).isTrue();
        assertThat(ports.contains(60_999)).isTrue();
        assertThat(ports.contains(61_000)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "32768", "one two", "32768 99999999999"})
    @DisplayName("all that need no privilege, where the range is not known")
    void rangeIsUnknown(String text) {
        LocalPorts ports = LocalPorts.parse(text);
        assertThat(ports.contains(1_023)).isFalse();
        assertThat(ports.contains(1_024)).isTrue();
        assertThat(ports.contains(65_535)).isTrue();
    }
}
