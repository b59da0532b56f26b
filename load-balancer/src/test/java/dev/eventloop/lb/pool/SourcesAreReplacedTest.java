package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.Algorithm;
import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.BackendSource;
import dev.eventloop.lb.fixture.Logged;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A source that is replaced or gone takes its backends with it, and is asked no more. */
@Tag("fast")
class SourcesAreReplacedTest {
    private static final int OWN = 80;

    private final Pool pool =
            Backends.pool(Algorithm.WEIGHTED_ROUND_ROBIN, Backends.HEALTH, () -> 0, Builds.INLINE);
    private final BackendGroups groups =
            new BackendGroups(
                    pool,
                    address -> ((InetSocketAddress) address).getPort() == OWN ? "0.0.0.0:80" : null,
                    Builds.INLINE);

    /** A source that says what the test says. */
    private static final class Answers implements BackendSource {
        private final String name;
        private final List<Consumer<List<BackendOptions>>> listeners = new ArrayList<>();
        private int closes;

        Answers(String name) {
            this.name = name;
        }

        void answer(int... ports) {
            List<BackendOptions> answer =
                    IntStream.of(ports)
                            .mapToObj(port -> BackendOptions.of("127.0.0.1", port))
                            .toList();
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
        public void close() {
            closes++;
        }
    }

    @AfterEach
    void close() {
        groups.close();
        pool.close();
    }

    private List<String> backends() {
        return pool.backends().stream().map(Backend::name).toList();
    }

    @Test
    @DisplayName("one that is gone is closed, its backends are removed, and it is heard no more")
    void goneIsGone() {
        Answers a = new Answers("a");
        Answers b = new Answers("b");
        assertThat(groups.replaceSources(List.of(a, b))).isNotDone();
        a.answer(1, 2);
        b.answer(3);
        assertThat(backends()).containsExactly("127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3");
        assertThat(groups.replaceSources(List.of(b))).isDone();
        assertThat(backends()).containsExactly("127.0.0.1:3");
        a.answer(4);
        assertThat(backends()).containsExactly("127.0.0.1:3");
        assertThat(a.closes).isOne();
        assertThat(b.closes).isZero();
    }

    @Test
    @DisplayName("the backends of one that is replaced stay until the next one has answered")
    void replacedInOneStep() {
        Answers before = new Answers("a");
        assertThat(groups.replaceSources(List.of(before))).isNotDone();
        before.answer(1);
        Answers after = new Answers("a");
        CompletableFuture<Void> answered = groups.replaceSources(List.of(after));
        assertThat(before.closes).isOne();
        assertThat(backends()).containsExactly("127.0.0.1:1");
        before.answer(2);
        assertThat(backends()).containsExactly("127.0.0.1:1");
        assertThat(answered).isNotDone();
        after.answer(3);
        assertThat(answered).isDone();
        assertThat(backends()).containsExactly("127.0.0.1:3");
    }

    @Test
    @DisplayName("one that never answered holds nobody up once it is closed")
    void closedIsAnAnswer() {
        Answers silent = new Answers("a");
        CompletableFuture<Void> answered = groups.replaceSources(List.of(silent));
        assertThat(answered).isNotDone();
        groups.close();
        assertThat(answered).isDone();
        assertThat(silent.closes).isOne();
    }

    @Test
    @DisplayName("the log has the addresses, and once each address that is the load balancer's own")
    void addressesAreLogged() {
        try (Logged logged = Logged.by("dev.eventloop.lb.pool")) {
            Answers a = new Answers("a");
            assertThat(groups.replaceSources(List.of(a))).isNotDone();
            a.answer(1, OWN);
            Answers again = new Answers("a");
            assertThat(groups.replaceSources(List.of(again))).isNotDone();
            again.answer(OWN);
            assertThat(backends()).isEmpty();
            assertThat(logged.messages()).hasSize(3);
            assertThat(logged.messages().get(0)).startsWith("left out of a: backend 127.0.0.1:80");
            assertThat(logged.messages().subList(1, 3))
                    .containsExactly("a resolved to [127.0.0.1:1]", "a resolved to no addresses");
        }
    }
}
