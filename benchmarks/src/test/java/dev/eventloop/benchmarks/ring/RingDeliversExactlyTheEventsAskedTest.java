package dev.eventloop.benchmarks.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.benchmarks.Child;
import dev.eventloop.benchmarks.pipes.WatchedPipes;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The time per event is only right if there were exactly that many events. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
final class RingDeliversExactlyTheEventsAskedTest {
    @ParameterizedTest
    @ValueSource(strings = {"epoll", "poll", "select", WatchedPipes.NIO, WatchedPipes.NETTY})
    @DisplayName("Every loop handles exactly the requested events on any ring, and then no more")
    void exactlyTheEventsAsked(String loop) throws Exception {
        assumeTrue(WatchedPipes.usable(List.of(loop)).contains(loop), loop + " does not work here");
        try (Ring ring = new Ring(loop, 20)) {
            for (int active : new int[] {1, 7, 20}) {
                for (int events : new int[] {20, 21, 1000}) {
                    assertThat(ring.run(active, events)).isPositive();
                    assertThat(ring.received()).isEqualTo(events);
                    assertThat(ring.leftOver()).isZero();
                }
            }
        }
    }

    @Test
    @DisplayName("The C program answers each line, with rings of different sizes")
    void theTwinAnswers() throws Exception {
        CTwin twin = CTwin.compile();
        assumeTrue(twin != null, "needs cc and epoll");
        for (String call : List.of("epoll alone", "epoll threaded", "poll alone")) {
            String[] words = call.split(" ", -1);
            try (Child program = twin.start(words[0], words[1])) {
                assertThat(program.askNumbers("10 1 1000")[0]).isPositive();
                assertThat(program.askNumbers("10 10 1000")[0]).isPositive();
                assertThat(program.askNumbers("300 100 1000")[0]).isPositive();
            }
        }
    }
}
