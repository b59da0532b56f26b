package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Crowd;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.RefusingPort;
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

/** Backups get every connection while no primary is up, and none while one is. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class BackupsServeWhenNobodyElseCanTest {
    @TempDir private Path folder;

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("backups get no connection while a primary is up")
    void backupsWait(Product product) throws Exception {
        try (NamedServer primary = NamedServer.start("P");
                NamedServer backup = NamedServer.start("B");
                RunningProxy proxy = product.start(over(primary.port(), backup.port()), folder)) {
            assertThat(NamedServer.ask(proxy.port(), 30)).isEqualTo("P".repeat(30));
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("the primary is dead, and the backup gets 30 of 30")
    void backupServesAll(Product product) throws Exception {
        try (RefusingPort primary = RefusingPort.take();
                NamedServer backup = NamedServer.start("B");
                RunningProxy proxy =
                        product.start(over(primary.port(), backup.port()).checked(), folder)) {
            proxy.awaitHealth(primary.port(), false);
            assertThat(NamedServer.ask(proxy.port(), 30)).isEqualTo("B".repeat(30));
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(names = "HAPROXY", mode = EnumSource.Mode.EXCLUDE)
    @DisplayName("the backup gets 30 of 30 even before a check marks the primary down")
    void backupServesWhoeverFindsThePrimaryDead(Product product) throws Exception {
        // HAProxy keeps trying primaries until a check marks all of them down.
        try (RefusingPort primary = RefusingPort.take();
                NamedServer backup = NamedServer.start("B");
                RunningProxy proxy = product.start(over(primary.port(), backup.port()), folder)) {
            assertThat(NamedServer.ask(proxy.port(), 30)).isEqualTo("B".repeat(30));
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("backups take turns")
    void backupsShare(Product product) throws Exception {
        try (RefusingPort primary = RefusingPort.take();
                NamedServer one = NamedServer.start("B");
                NamedServer two = NamedServer.start("C");
                RunningProxy proxy =
                        product.start(
                                over(primary.port(), one.port())
                                        .and(Scene.backend(two.port()).backup(true))
                                        .checked(),
                                folder)) {
            proxy.awaitHealth(primary.port(), false);
            assertThat(NamedServer.ask(proxy.port(), 30)).matches("(BC){15}|(CB){15}");
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("the primary is back, and gets 30 of 30 concurrent connections")
    void primaryTakesOverAgain(Product product) throws Exception {
        RefusingPort dead = RefusingPort.take();
        int port = dead.port();
        try (NamedServer backup = NamedServer.start("B");
                RunningProxy proxy = product.start(over(port, backup.port()).checked(), folder)) {
            proxy.awaitHealth(port, false);
            assertThat(NamedServer.ask(proxy.port())).isEqualTo("B");
            dead.close();
            try (NamedServer primary = NamedServer.startAt(port, "P")) {
                assertThat(primary.port()).isEqualTo(port);
                proxy.awaitHealth(port, true);
                Await.until("the primary answers", () -> NamedServer.ask(proxy.port()).equals("P"));
                List<String> answers = Crowd.run(30, i -> NamedServer.ask(proxy.port()));
                assertThat(answers).hasSize(30).containsOnly("P");
            }
        }
    }

    private static Scene over(int primary, int backup) {
        return Scene.over(primary).and(Scene.backend(backup).backup(true));
    }
}
