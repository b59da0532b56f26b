package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Round robin has the order of nginx, and exact shares in each cycle, also where a cycle is much
 * longer than what is computed of it in advance.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class LongRotationsAreExactTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    @DisplayName("each pick is that of nginx")
    void orderIsThatOfNginx(long seed) {
        Random random = new Random(seed);
        int[] weights = random.ints(2 + random.nextInt(40), 1, 257).toArray();
        try (Backends of = new Backends();
                Pool pool = pool(of.of(weights))) {
            int[] current = new int[weights.length];
            for (int step = 0; step < 20_000; step++) {
                Backend backend = Backends.pick(pool, step);
                assertThat(backend.name())
                        .as("step %d", step)
                        .isEqualTo("b" + next(weights, current));
                backend.release();
            }
        }
    }

    /** From the commit message of nginx: all gain their weight, the best pays the total. */
    private static int next(int[] weights, int[] current) {
        int best = 0;
        for (int i = 0; i < weights.length; i++) {
            current[i] += weights[i];
            best = current[i] > current[best] ? i : best;
        }
        current[best] -= Arrays.stream(weights).sum();
        return best;
    }

    @Test
    @DisplayName("10,000 backends of weights up to 256 get exactly their weights in one cycle")
    void shareOfThousandsIsExact() {
        int[] weights = new Random(5).ints(10_000, 1, 257).toArray();
        try (Backends of = new Backends();
                Pool pool = pool(of.of(weights))) {
            int cycle = Arrays.stream(weights).sum();
            int[] picked = new int[weights.length];
            for (int i = 0; i < cycle; i++) {
                Backend backend = Backends.pick(pool, i);
                picked[Integer.parseInt(backend.name().substring(1))]++;
                backend.release();
            }
            assertThat(picked).isEqualTo(weights);
        }
    }

    private static Pool pool(Backend... backends) {
        Pool pool = new Pool(RoundRobin::new, Backends.HEALTH, () -> 0);
        pool.replace("", List.of(backends));
        return pool;
    }
}
