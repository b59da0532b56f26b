package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A reload leaves what an operator has changed, except where the configuration has changed, too;
 * and says where the two differ.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class ReloadsKeepWhatOperatorsChangedTest {
    private static final String A = "127.0.0.1:9001";
    private static final String B = "127.0.0.1:9002";
    private static final String C = "127.0.0.1:9003";

    private LoadBalancer lb;

    @BeforeEach
    void start() throws Exception {
        lb = with(A + ":3", B + ":2").start();
    }

    @AfterEach
    void close() {
        lb.close();
    }

    private static LoadBalancerBuilder with(String... backends) {
        LoadBalancerBuilder builder = LoadBalancer.builder().listen("127.0.0.1", 0).threads(1);
        for (String backend : backends) {
            builder.backend(BackendOptions.parse(backend));
        }
        return builder;
    }

    /** Such as {@code "127.0.0.1:9001 3, 127.0.0.1:9002 2"}. */
    private String backends() {
        return lb.stats().backends().stream()
                .map(b -> b.name() + " " + b.weight() + (b.backup() ? " backup" : ""))
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private List<String> reload(String... backends) throws Exception {
        return lb.reload(with(backends));
    }

    @Test
    @DisplayName(
            "a weight stays while the configuration has the same one, and it says so each time")
    void weightStays() throws Exception {
        lb.setWeight(A, 7);
        for (int i = 0; i < 2; i++) {
            assertThat(reload(A + ":3", B + ":2"))
                    .containsExactly(
                            "backend "
                                    + A
                                    + " stays as an operator has set it, weight 7; the"
                                    + " configuration still has weight 3");
            assertThat(backends()).isEqualTo(A + " 7, " + B + " 2");
        }
    }

    @Test
    @DisplayName("a weight that the configuration has changed replaces the operator's")
    void weightIsReplaced() throws Exception {
        lb.setWeight(A, 7);
        assertThat(reload(A + ":4", B + ":2"))
                .containsExactly(
                        "backend "
                                + A
                                + " has weight 4, as the configuration has changed; an operator"
                                + " had set weight 7");
        assertThat(backends()).isEqualTo(A + " 4, " + B + " 2");
        assertThat(reload(A + ":4", B + ":2")).isEmpty();
    }

    @Test
    @DisplayName("a configuration that takes the change over ends the difference")
    void configurationAgrees() throws Exception {
        lb.setWeight(A, 7);
        lb.removeBackend(B);
        lb.addBackend(BackendOptions.parse(C));
        assertThat(reload(A + ":7", C)).isEmpty();
        assertThat(backends()).isEqualTo(A + " 7, " + C + " 1");
        assertThat(reload(A + ":3", B + ":2")).isEmpty();
        assertThat(backends()).isEqualTo(A + " 3, " + B + " 2");
    }

    @Test
    @DisplayName("a change that is taken back is no difference")
    void takenBack() throws Exception {
        lb.setWeight(A, 7);
        lb.setWeight(A, 3);
        lb.removeBackend(B);
        lb.addBackend(BackendOptions.parse(B + ":2"));
        lb.addBackend(BackendOptions.parse(C));
        lb.removeBackend(C);
        assertThat(reload(A + ":4", B + ":5")).isEmpty();
        assertThat(backends()).isEqualTo(A + " 4, " + B + " 5");
    }

    @Test
    @DisplayName("a removed backend stays removed until its entry changes")
    void removedStaysRemoved() throws Exception {
        lb.removeBackend(B);
        assertThat(reload(A + ":3", B + ":2"))
                .containsExactly(
                        "backend "
                                + B
                                + " stays removed, as an operator removed it; the configuration"
                                + " still has it");
        assertThat(backends()).isEqualTo(A + " 3");
        assertThat(reload(A + ":3", B + ":2,backup"))
                .containsExactly(
                        "backend "
                                + B
                                + " has weight 2, backup, as the configuration has changed; an"
                                + " operator had removed it");
        assertThat(backends()).isEqualTo(A + " 3, " + B + " 2 backup");
    }

    @Test
    @DisplayName("an added backend stays until the configuration has had it and has it no more")
    void addedStays() throws Exception {
        lb.addBackend(BackendOptions.parse(C + ":5"));
        assertThat(reload(A + ":3", B + ":2"))
                .containsExactly(
                        "backend "
                                + C
                                + " stays, as an operator added it; the configuration does not"
                                + " have it");
        assertThat(backends()).isEqualTo(A + " 3, " + B + " 2, " + C + " 5");
        assertThat(reload(A + ":3", C + ":6"))
                .containsExactly(
                        "backend "
                                + C
                                + " has weight 6, as the configuration has changed; an operator"
                                + " had set weight 5");
        assertThat(backends()).isEqualTo(A + " 3, " + C + " 6");
        assertThat(reload(A + ":3")).isEmpty();
        assertThat(backends()).isEqualTo(A + " 3");
    }

    @Test
    @DisplayName("a backend that the configuration drops goes, whatever its weight")
    void droppedGoes() throws Exception {
        lb.setWeight(B, 9);
        assertThat(reload(A + ":3"))
                .containsExactly(
                        "backend "
                                + B
                                + " is removed, as the configuration has changed; an operator had"
                                + " set weight 9");
        assertThat(backends()).isEqualTo(A + " 3");
        assertThat(reload(A + ":3", B + ":2")).isEmpty();
        assertThat(backends()).isEqualTo(A + " 3, " + B + " 2");
    }

    @Test
    @DisplayName("a removed backend that comes back with other settings keeps those")
    void addedAgainWithOtherSettings() throws Exception {
        lb.removeBackend(B);
        lb.addBackend(BackendOptions.parse(B + ":8,backup").maxConnections(5));
        assertThat(reload(A + ":3", B + ":2"))
                .containsExactly(
                        "backend "
                                + B
                                + " stays as an operator has set it, weight 8, backup, at most 5"
                                + " connections; the configuration still has weight 2, primary,"
                                + " no limit of its own");
        assertThat(backends()).isEqualTo(A + " 3, " + B + " 8 backup");
    }

    @Test
    @DisplayName("a removed backend comes back if the configuration has dropped all others")
    void lastOneComesBack() throws Exception {
        lb.removeBackend(A);
        assertThat(reload(A + ":3"))
                .containsExactly(
                        "backend "
                                + A
                                + " is in use again, although an operator removed it: the"
                                + " configuration has no other");
        assertThat(backends()).isEqualTo(A + " 3");
        assertThat(reload(A + ":3")).isEmpty();
    }

    @Test
    @DisplayName("a reload that fails changes nothing of this")
    void failedReload() throws Exception {
        lb.setWeight(A, 7);
        assertThat(
                        catchThrowable(
                                () ->
                                        lb.reload(
                                                with(A + ":4")
                                                        .frontend(
                                                                "x",
                                                                f ->
                                                                        f.listen("127.0.0.1", 0)
                                                                                .pool("none")))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(backends()).isEqualTo(A + " 7, " + B + " 2");
        assertThat(reload(A + ":3", B + ":2")).hasSize(1);
    }

    @Test
    @DisplayName("several pools: the sentence names the pool; a pool that is gone forgets")
    void pools() throws Exception {
        LoadBalancerBuilder two =
                with(A).pool("app", p -> p.backend(BackendOptions.parse(B + ":2")));
        lb.reload(two);
        lb.setWeight("app", B, 6);
        assertThat(lb.reload(two))
                .containsExactly(
                        "backend "
                                + B
                                + " of pool app stays as an operator has set it, weight 6; the"
                                + " configuration still has weight 2");
        lb.reload(with(A));
        assertThat(lb.reload(two)).isEmpty();
        assertThat(lb.stats().backends()).extracting("weight").containsExactly(1, 2);
    }
}
