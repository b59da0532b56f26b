package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code fall} failures in a row take a backend down; {@code rise} successes bring it back up. */
@Tag("fast")
class HealthHasThresholdsTest {
    /**
     * {@code results} lists failures (F) and successes (S), {@code changes} what each of them
     * changes: d for down, u for up, a dot for nothing.
     */
    @ParameterizedTest
    @CsvSource({
        "3, 2, FFF, ..d",
        "3, 2, FFSFF, .....",
        "3, 2, FFSFFF, .....d",
        "3, 2, FFFFF, ..d..",
        "3, 2, FFFSS, ..d.u",
        "3, 2, FFFSFS, ..d...",
        "3, 2, FFFSFSS, ..d...u",
        "3, 2, FFFSSFF, ..d.u..",
        "3, 2, FFFSSFFF, ..d.u..d",
        "3, 2, FFFSSFFFSS, ..d.u..d.u",
        "1, 1, FSFS, dudu",
        "1, 1, SSSF, ...d",
        "2, 3, FFSSFSSS, .d.....u",
    })
    void changesAreReported(int fall, int rise, String results, String changes) {
        Health health = new Health();
        StringBuilder reported = new StringBuilder();
        for (int i = 0; i < results.length(); i++) {
            boolean success = results.charAt(i) == 'S';
            boolean changed = success ? health.succeeded(rise, i) : health.failed(fall);
            reported.append(!changed ? '.' : success ? 'u' : 'd');
        }
        assertThat(reported.toString()).isEqualTo(changes);
    }

    @Test
    void failuresAreCountedAsLongAsTheyMatter() {
        Health health = new Health();
        assertThat(health.failed(3)).isFalse();
        assertThat(health.failures()).isEqualTo(1);
        assertThat(health.succeeded(2, 0)).isFalse();
        assertThat(health.failures()).isZero();
        assertThat(health.isUp()).isTrue();
    }

    @Test
    void aLowerThresholdCountsAtTheNextFailure() {
        Health health = new Health();
        assertThat(health.failed(10)).isFalse();
        assertThat(health.failed(10)).isFalse();
        assertThat(health.failed(2)).isTrue();
        assertThat(health.isUp()).isFalse();
    }

    @Test
    void slowStartHasStepsAndAnEnd() {
        Health health = new Health();
        assertThat(health.slowStartStep(0, 100, 10)).as("never down").isEqualTo(10);
        assertThat(health.failed(1)).isTrue();
        assertThat(health.succeeded(1, 1_000)).isTrue();
        assertThat(health.slowStartStep(1_000, 100, 10)).isEqualTo(1);
        assertThat(health.slowStartStep(1_050, 100, 10)).isEqualTo(5);
        assertThat(health.slowStartStep(1_099, 100, 10)).isEqualTo(9);
        assertThat(health.slowStartStep(1_100, 100, 10)).isEqualTo(10);
        assertThat(health.slowStartStep(1_000, 100, 10)).as("it is over").isEqualTo(10);
    }
}
