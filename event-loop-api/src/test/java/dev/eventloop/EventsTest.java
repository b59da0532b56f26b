package dev.eventloop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Names of event bits, and immutable options. */
@Timeout(60)
@Tag("fast")
final class EventsTest {
    @Test
    void bitsAreNamed() {
        assertThat(Events.toString(0)).isEqualTo("0");
        assertThat(Events.toString(Events.READ)).isEqualTo("READ");
        assertThat(Events.toString(Events.READ | Events.HUP)).isEqualTo("READ|HUP");
        assertThat(Events.toString(0x1f)).isEqualTo("READ|WRITE|ERROR|HUP|READ_HUP");
        assertThat(Events.toString(Events.WRITE | Events.EDGE | Events.ONESHOT | Events.EXCLUSIVE))
                .isEqualTo("WRITE|EDGE|ONESHOT|EXCLUSIVE");
    }

    @Test
    void unknownBitsAreShownInHexadecimal() {
        assertThat(Events.toString(1 << 6)).isEqualTo("0x40");
        assertThat(Events.toString(Events.WRITE | 1 << 20 | 1 << 7)).isEqualTo("WRITE|0x100080");
        assertThat(Events.toString(-1)).endsWith("|EXCLUSIVE|0xfffff8c0");
    }

    @Test
    void optionsAreCopiedNotChanged() {
        EventLoopOptions defaults = EventLoopOptions.defaults();
        EventLoopOptions changed =
                defaults.backend("x").maxEvents(7).errorHandler(thrown -> {}).clock(() -> 42);
        assertThat(changed.backend()).isEqualTo("x");
        assertThat(changed.maxEvents()).isEqualTo(7);
        assertThat(changed.errorHandler()).isNotNull();
        assertThat(changed.clock().getAsLong()).isEqualTo(42);

        assertThat(defaults.backend()).isNull();
        assertThat(defaults.maxEvents()).isEqualTo(EventLoopOptions.DEFAULT_MAX_EVENTS);
        assertThat(defaults.errorHandler()).isNull();
        long before = System.nanoTime();
        assertThat(defaults.clock().getAsLong() - before).isNotNegative();
    }

    @Test
    void senselessOptionsAreRefusedAtOnce() {
        EventLoopOptions defaults = EventLoopOptions.defaults();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.maxEvents(0))
                .withMessage("maxEvents is 0; it must be at least 1");
        assertThatIllegalArgumentException().isThrownBy(() -> defaults.maxEvents(-5));
        assertThatNullPointerException().isThrownBy(() -> defaults.backend(null));
        assertThatNullPointerException().isThrownBy(() -> defaults.errorHandler(null));
        assertThatNullPointerException().isThrownBy(() -> defaults.clock(null));
    }
}
