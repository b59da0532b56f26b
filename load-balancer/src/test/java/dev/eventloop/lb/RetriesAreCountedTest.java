package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.RefusingPort;
import dev.eventloop.fixture.Visitors;
import dev.eventloop.lb.product.LogLine;
import dev.eventloop.lb.product.Product;
import dev.eventloop.lb.product.RunningProxy;
import dev.eventloop.lb.product.Scene;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Retries stop at their limit, and skip backends that the operator has taken out. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class RetriesAreCountedTest {
    @TempDir private Path folder;

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("without retries the client of a dead backend is closed without data")
    void noneIsAllowed(Product product) throws Exception {
        try (RefusingPort dead = RefusingPort.take();
                NamedServer live = NamedServer.start("A");
                RunningProxy proxy =
                        product.start(Scene.over(dead.port(), live.port()).retries(0), folder)) {
            assertThat(Visitors.isTurnedAway(proxy.port())).isTrue();
            assertThat(NamedServer.ask(proxy.port())).isEqualTo("A");
            assertThat(live.served()).isEqualTo(1);
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("with one retry the other backend answers")
    void oneIsAllowed(Product product) throws Exception {
        try (RefusingPort dead = RefusingPort.take();
                NamedServer live = NamedServer.start("A");
                RunningProxy proxy =
                        product.start(Scene.over(dead.port(), live.port()).retries(1), folder)) {
            assertThat(NamedServer.ask(proxy.port(), 4)).isEqualTo("AAAA");
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("a backend that is taken out is not tried, and one address is logged")
    void whoIsTakenOutIsNotTried(Product product) throws Exception {
        try (RefusingPort dead = RefusingPort.take();
                NamedServer out = NamedServer.start("O");
                RunningProxy proxy =
                        product.start(
                                Scene.over(out.port(), dead.port()).down(out.port()).retries(1),
                                folder)) {
            assertThat(Visitors.isTurnedAway(proxy.port())).isTrue();
            assertThat(out.served()).isZero();
            assertThat(proxy.log(1))
                    .extracting(LogLine::tried)
                    .containsExactly(List.of("127.0.0.1:" + dead.port()));
        }
    }
}
