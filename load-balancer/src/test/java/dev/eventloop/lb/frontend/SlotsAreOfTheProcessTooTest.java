package dev.eventloop.lb.frontend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The clients of frontends with limits of their own are bounded by the limit of the process. */
@Tag("fast")
class SlotsAreOfTheProcessTooTest {
    private int free;
    private final ClientSlots process = new ClientSlots(3, () -> free++);
    private final ClientSlots one = new ClientSlots(2, () -> {}, process);
    private final ClientSlots two = new ClientSlots(2, () -> {}, process);

    @Test
    @DisplayName("two frontends with two slots each share the three of the process")
    void shared() {
        assertThat(one.take()).isTrue();
        assertThat(one.take()).isTrue();
        assertThat(one.take()).isFalse();
        assertThat(process.free()).isOne();
        assertThat(two.take()).isTrue();
        assertThat(two.take()).isFalse();
        assertThat(two.free()).as("its own slot is back").isOne();
        assertThat(process.take()).isFalse();
        assertThat(free).isZero();
        one.give();
        assertThat(free).as("those who wait are told").isOne();
        assertThat(two.take()).isTrue();
    }

    @Test
    @DisplayName("a client that must not be refused counts for both")
    void anyway() {
        one.takeAnyway();
        assertThat(process.free()).isEqualTo(2);
        one.give();
        assertThat(process.free()).isEqualTo(3);
        assertThat(one.free()).isEqualTo(2);
    }

    @Test
    @DisplayName("another count keeps what is taken")
    void resized() {
        assertThat(one.take()).isTrue();
        one.resize(4);
        assertThat(one.free()).isEqualTo(3);
        one.resize(1);
        assertThat(one.free()).isZero();
        one.give();
        assertThat(one.free()).isOne();
        assertThat(one.count()).isOne();
    }
}
