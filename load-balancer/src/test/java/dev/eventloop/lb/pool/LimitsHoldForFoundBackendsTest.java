package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.Algorithm;
import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.BackendSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A pool's limit of connections for each backend holds for those that its sources have found, also
 * after a reload has changed it.
 */
@Tag("fast")
class LimitsHoldForFoundBackendsTest {
    private static final BackendOptions PLAIN = BackendOptions.of("127.0.0.1", 1);
    private static final BackendOptions LIMITED =
            BackendOptions.of("127.0.0.1", 2).maxConnections(2);

    private final Pool pool =
            new Pool("p", limit(5), 0, () -> 0, Builds.INLINE, new FormerBackends());
    private final BackendGroups groups = new BackendGroups(pool, address -> null, Builds.INLINE);

    private static PoolSettings limit(int each) {
        return new PoolSettings(
                Algorithm.WEIGHTED_ROUND_ROBIN,
                0,
                Duration.ofSeconds(1),
                each,
                false,
                Backends.HEALTH,
                null,
                Duration.ZERO,
                false);
    }

    /** Sources of one version are equal, as those of two loads of the same configuration. */
    private record Names(int version, List<BackendOptions> answer) implements BackendSource {
        @Override
        public String name() {
            return "dns:app";
        }

        @Override
        public void start(Consumer<List<BackendOptions>> onChange) {
            if (!answer.isEmpty()) {
                onChange.accept(answer);
            }
        }

        @Override
        public void close() {}
    }

    @AfterEach
    void close() {
        groups.close();
        pool.close();
    }

    private void load(int limit, Names names) {
        pool.change(limit(limit), 0);
        CompletableFuture<Void> ignored = groups.replaceSources(List.of(names));
    }

    private List<Integer> limits() {
        return pool.backends().stream().map(Backend::maxConnections).toList();
    }

    @Test
    @DisplayName("another limit holds at once, but not in place of a backend's own")
    void changed() {
        load(5, new Names(1, List.of(PLAIN, LIMITED)));
        assertThat(limits()).containsExactly(5, 2);
        load(7, new Names(1, List.of(PLAIN, LIMITED)));
        assertThat(limits()).containsExactly(7, 2);
        load(0, new Names(1, List.of(PLAIN, LIMITED)));
        assertThat(limits()).containsExactly(0, 2);
    }

    @Test
    @DisplayName("it holds for backends that wait for the answer of another source")
    void replaced() {
        load(5, new Names(1, List.of(PLAIN, LIMITED)));
        load(7, new Names(2, List.of()));
        assertThat(limits()).containsExactly(7, 2);
        load(8, new Names(3, List.of()));
        assertThat(limits()).containsExactly(8, 2);
    }

    @Test
    @DisplayName("it holds in a pool that was removed and comes back with its backends")
    void comesBack() {
        load(5, new Names(1, List.of(PLAIN, LIMITED)));
        groups.close();
        load(9, new Names(1, List.of()));
        assertThat(limits()).containsExactly(9, 2);
    }
}
