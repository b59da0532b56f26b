package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.lb.Algorithm;
import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.BackendSource;
import dev.eventloop.libc.NativeMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a source says is used once, by itself, and not after it is closed. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class ClosedSourcesSayNothingTest {
    /** A source that says what the test says. */
    private static final class Answers implements BackendSource {
        private final String name;
        private final List<Consumer<List<BackendOptions>>> listeners = new ArrayList<>();

        Answers(String name) {
            this.name = name;
        }

        void answer(int port) {
            List<BackendOptions> answer = List.of(BackendOptions.of("127.0.0.1", port));
            listeners.forEach(listener -> listener.accept(answer));
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void start(Consumer<List<BackendOptions>> onChange) {
            listeners.add(onChange);
        }

        @Override
        public void close() {}
    }

    private static Pool pool() {
        return Backends.pool(
                Algorithm.WEIGHTED_ROUND_ROBIN, Backends.HEALTH, () -> 0, Builds.INLINE);
    }

    private static List<String> names(Pool pool) {
        return pool.backends().stream().map(Backend::name).toList();
    }

    @Test
    @DisplayName("an answer after the end is not heard")
    void nothingAfterTheEnd() {
        Answers late = new Answers("a");
        try (Pool pool = pool()) {
            try (BackendGroups groups = new BackendGroups(pool, address -> null, Builds.INLINE)) {
                assertThat(groups.replaceSources(List.of(late))).isNotDone();
            }
            late.answer(1);
            assertThat(pool.backends()).isEmpty();
        }
    }

    @Test
    @DisplayName("one changes while others, before and after it, have nothing new")
    void eachByItself() throws Exception {
        List<Answers> sources = List.of(new Answers("a"), new Answers("b"), new Answers("c"));
        try (Pool pool = pool();
                BackendGroups groups = new BackendGroups(pool, address -> null, Builds.INLINE)) {
            assertThat(groups.replaceSources(List.copyOf(sources))).isNotDone();
            for (int i = 0; i < 3; i++) {
                sources.get(i).answer(1 + i);
            }
            sources.get(1).answer(9);
            Await.equal(List.of("127.0.0.1:1", "127.0.0.1:3", "127.0.0.1:9"), () -> names(pool));
        }
    }

    @Test
    @DisplayName("what was never used leaves no memory behind")
    void answersAreFreed() {
        answers(); // what is allocated once
        long before = NativeMemory.liveBytes();
        for (int i = 0; i < 10; i++) {
            answers();
        }
        assertThat(NativeMemory.liveBytes()).isLessThanOrEqualTo(before);
    }

    /** Answers that are used, that the next one replaces, that wait, and one that is too late. */
    private static void answers() {
        Answers late = new Answers("a");
        Answers waiting = new Answers("b");
        try (Pool pool = pool()) {
            try (BackendGroups groups = new BackendGroups(pool, address -> null, Builds.INLINE)) {
                assertThat(groups.replaceSources(List.of(late, waiting))).isNotDone();
                for (int port = 1; port <= 3; port++) {
                    late.answer(port);
                    waiting.answer(10 + port);
                }
            }
            late.answer(4);
        }
    }
}
