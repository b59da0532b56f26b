package dev.eventloop.kqueue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** READ and WRITE of one fd are two kevents, which maxEvents may split between two waits. */
@Tag("fast")
final class DirectionsOfOneFdInTwoWaitsTest extends KqueueCase {
    private static final int BOTH = Events.READ | Events.WRITE;
    private static final int FDS = 6;

    private final Map<Integer, Integer> delivered = new HashMap<>();

    /** Fds that are ready for READ and WRITE, and the bits delivered for each. */
    private EventLoop loopOverReadyFds(int maxEvents, int modifiers) throws Exception {
        EventLoop loop = newLoop(maxEvents);
        for (int i = 0; i < FDS; i++) {
            int[] pair = fds.pair();
            fds.send(pair[1], "x");
            loop.add(
                    pair[0],
                    BOTH | modifiers,
                    (fd, events, attachment) -> {
                        heard.add(events);
                        delivered.merge(fd, events, (a, b) -> a | b);
                    },
                    null);
            delivered.put(pair[0], 0);
        }
        return loop;
    }

    @Test
    void noneStarves() throws Exception {
        for (int maxEvents = 1; maxEvents <= 2 * FDS + 1; maxEvents++) {
            delivered.clear();
            EventLoop loop = loopOverReadyFds(maxEvents, 0);
            for (int events = 0; events < 4 * FDS; events += maxEvents) {
                assertThat(loop.run(LONG_MILLIS)).isPositive().isLessThanOrEqualTo(maxEvents);
            }
            assertThat(delivered.values()).containsOnly(BOTH);
        }
    }

    @Test
    void noEdgeIsLostAndNoneIsToldTwice() throws Exception {
        for (int maxEvents = 1; maxEvents <= 2 * FDS + 1; maxEvents++) {
            delivered.clear();
            heard.clear();
            EventLoop loop = loopOverReadyFds(maxEvents, Events.EDGE);
            while (loop.run(0) > 0) {}
            assertThat(delivered.values()).containsOnly(BOTH);
            int bits = heard.stream().mapToInt(Integer::bitCount).sum();
            assertThat(bits).isEqualTo(2 * FDS);
        }
    }

    @Test
    void aOneshotIsToldOnceAndTheOtherDirectionOnceItIsArmedAgain() throws Exception {
        for (int maxEvents = 1; maxEvents <= 2 * FDS + 1; maxEvents++) {
            delivered.clear();
            heard.clear();
            EventLoop loop = loopOverReadyFds(maxEvents, Events.ONESHOT);
            for (int i = 0; i < 4 * FDS; i++) {
                loop.run(0);
            }
            assertThat(heard).hasSize(FDS);
            for (Map.Entry<Integer, Integer> each : Map.copyOf(delivered).entrySet()) {
                int pending = BOTH & ~each.getValue();
                if (pending != 0) {
                    loop.mod(each.getKey(), pending | Events.ONESHOT);
                }
            }
            for (int i = 0; i < 4 * FDS; i++) {
                loop.run(0);
            }
            assertThat(delivered.values()).containsOnly(BOTH);
            assertThat(heard.stream().mapToInt(Integer::bitCount).sum()).isEqualTo(2 * FDS);
        }
    }
}
