package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Crowd;
import dev.eventloop.lb.BackendState;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * As long as there is a backend, one is picked: primaries that are up, else backups that are up,
 * else all whose state is up, else those that drain, else those that are down for maintenance.
 */
@Tag("fast")
class SomebodyIsAlwaysPickedTest {
    private static final List<String> NAMES = List.of("a", "b", "x", "y"); // x and y are backups

    /**
     * Each of four is up (U), failing its checks (F), draining (D), or down for maintenance (M).
     */
    static Stream<String> situations() {
        Stream<String> all = Stream.of("");
        for (int i = 0; i < NAMES.size(); i++) {
            all = all.flatMap(some -> Stream.of(some + "U", some + "F", some + "D", some + "M"));
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("situations")
    void accordingToTheSituation(String situation) {
        try (Backends of = new Backends();
                Pool pool = new Pool(RoundRobin::new, Backends.HEALTH, () -> 0)) {
            for (int i = 0; i < NAMES.size(); i++) {
                Backend backend = of.of(NAMES.get(i), 1, i >= 2, 0);
                pool.add(backend);
                if (situation.charAt(i) == 'F') {
                    Backends.failUntilDown(pool, backend);
                } else if (situation.charAt(i) == 'D') {
                    pool.change(backend, BackendState.DRAIN);
                } else if (situation.charAt(i) == 'M') {
                    pool.change(backend, BackendState.DOWN);
                }
            }
            Set<String> expected = names(situation.substring(0, 2), 'U', 0);
            if (expected.isEmpty()) {
                expected = names(situation.substring(2), 'U', 2);
            }
            assertThat(pool.isAnyUp()).isEqualTo(situation.contains("U"));
            for (char next : new char[] {'F', 'D', 'M'}) {
                if (expected.isEmpty()) {
                    expected = names(situation, next, 0);
                }
            }
            Set<String> picked = new TreeSet<>();
            for (int i = 0; i < 8; i++) {
                Backend backend = Backends.pick(pool, i);
                picked.add(backend.name());
            }
            assertThat(picked).as(situation).isEqualTo(expected);
        }
    }

    @Test
    @DisplayName("a backup is picked once all backends are full or were tried")
    void backupsHelpOut() {
        try (Backends of = new Backends();
                Pool pool = new Pool(RoundRobin::new, Backends.HEALTH, () -> 0)) {
            pool.add(of.of("a", 1, false, 1));
            pool.add(of.of("b", 1, false, 0));
            pool.add(of.of("x", 1, true, 0));
            Attempts attempts = Backends.none();
            for (String name : List.of("a", "b", "x")) {
                Backend backend = pool.pick(attempts, 0, 0);
                assertThat(backend.name()).isEqualTo(name);
                attempts.add(backend);
            }
            assertThat(pool.pick(attempts, 0, 0)).isNull();
        }
    }

    @Test
    @DisplayName("connects that succeed while all are down bring their backend back")
    void aClientFindsTheFirstThatIsBack() {
        try (Backends of = new Backends();
                Pool pool = new Pool(RoundRobin::new, Backends.HEALTH, () -> 0)) {
            for (Backend backend : of.of(1, 1)) {
                pool.add(backend);
                Backends.failUntilDown(pool, backend);
            }
            assertThat(pool.isAnyUp()).isFalse();
            Backend one = pool.find("b1");
            for (int i = 0; i < Backends.HEALTH.rise(); i++) {
                pool.connected(one);
            }
            assertThat(pool.isAnyUp()).isTrue();
            assertThat(Backends.order(pool, 3)).isEqualTo("b1b1b1");
        }
    }

    private static Set<String> names(String situation, char letter, int from) {
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < situation.length(); i++) {
            if (situation.charAt(i) == letter) {
                names.add(NAMES.get(from + i));
            }
        }
        return names;
    }

    @Test
    @DisplayName("a pick succeeds while all backends are being replaced")
    void whileAllAreReplaced() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        try (Backends of = new Backends();
                Pool pool = new Pool(RoundRobin::new, Backends.HEALTH, () -> 0)) {
            pool.replace("", List.of(of.of("0", 1, 0)));
            Future<Integer> picks =
                    Crowd.beside(
                            () -> {
                                int count = 0;
                                while (!over.get()) {
                                    Backend backend = Backends.pick(pool, count++);
                                    assertThat(backend).isNotNull();
                                    backend.release();
                                }
                                return count;
                            });
            for (int i = 1; i < 5_000; i++) {
                pool.replace("", List.of(of.of(Integer.toString(i), 1, 0)));
            }
            over.set(true);
            assertThat(picks.get()).isPositive();
        }
    }
}
