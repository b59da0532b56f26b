package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.Algorithm;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** With every algorithm, a backend of weight 0 is not picked. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class WeightZeroGetsNoConnectionTest {
    private static Pool pool(Algorithm algorithm, Backend... backends) {
        Pool pool = Backends.pool(algorithm, Backends.HEALTH, System::nanoTime, Builds.INLINE);
        pool.replace("", List.of(backends));
        return pool;
    }

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    @DisplayName("it gets nothing at once, keeps what it has, and gets its share again")
    void weightChanges(Algorithm algorithm) {
        try (Backends of = new Backends();
                Pool pool = pool(algorithm, of.of(0, 1))) {
            Backend zero = pool.find("b0");
            assertThat(Backends.picks(pool, 100)).doesNotContainKey(zero);
            pool.changeWeight(zero, 1);
            assertThat(Backends.picks(pool, 100)).containsKey(zero);
            assertThat(zero.acquire()).isTrue();
            pool.changeWeight(zero, 0);
            assertThat(Backends.picks(pool, 100)).doesNotContainKey(zero);
            assertThat(zero.active()).isEqualTo(1);
            assertThat(pool.shareOf(zero)).isZero();
            zero.release();
        }
    }

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    @DisplayName("backups serve while all primaries have weight 0, and nobody if they have it too")
    void backupsServe(Algorithm algorithm) {
        try (Backends of = new Backends();
                Pool pool = pool(algorithm, of.of("a", 0, 0), of.of("b", 1, true, 0))) {
            Backend backup = pool.find("b");
            assertThat(Backends.picks(pool, 20)).containsOnlyKeys(backup);
            pool.changeWeight(backup, 0);
            assertThat(Backends.pick(pool, 0)).isNull();
        }
    }
}
