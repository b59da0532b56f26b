package dev.eventloop.testkit.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fast")
final class TimeIsVirtualTest extends KernelCase {
    @BeforeEach
    void begin() {
        use(KernelOptions.defaults());
    }

    @Test
    void aWaitThatNothingEndsTakesItsTimeAndNoMore() throws Exception {
        int[] pair = sockets.pair();
        assertThat(poll(pair[0], PollBits.IN, 3_600_000 * MILLI)).isZero();
        assertThat(kernel.nanoTime()).isEqualTo(3_600_000 * MILLI);
    }

    @Test
    void aWaitEndsWhenAScheduledActionMakesItsFdReady() throws Exception {
        int[] pair = sockets.pair();
        kernel.after(7 * MILLI, () -> send(pair[1], 1));
        kernel.after(9 * MILLI, () -> send(pair[1], 1));
        assertThat(poll(pair[0], PollBits.IN, -1)).isEqualTo(PollBits.IN);
        assertThat(kernel.nanoTime()).isEqualTo(7 * MILLI);
        assertThat(receive(pair[0], 10)).isEqualTo(1);
    }

    @Test
    void aWaitForEverWithNothingScheduledIsAnError() throws Exception {
        int[] pair = sockets.pair();
        assertThatThrownBy(() -> poll(pair[0], PollBits.IN, -1))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("nothing can end this wait");
    }

    @Test
    void actionsHappenInTheOrderOfTheirTimesAndThenOfTheirMaking() {
        List<String> done = new ArrayList<>();
        kernel.after(2, () -> done.add("second"));
        kernel.after(1, () -> done.add("first"));
        kernel.after(2, () -> done.add("third"));
        kernel.after(
                2, () -> kernel.after(0, () -> done.add("fourth, of an action, at the same time")));
        kernel.after(5, () -> done.add("later"));
        kernel.advanceTo(3);
        assertThat(done).hasSize(4).startsWith("first", "second", "third");
        assertThat(kernel.nanoTime()).isEqualTo(3);
        assertThat(kernel.nextAt()).isEqualTo(5);
        assertThat(kernel.advance()).isTrue();
        assertThat(kernel.advance()).isFalse();
        assertThat(done).hasSize(5);
    }
}
