package dev.eventloop.lb.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backends die by SIGKILL and come back; only their own connections are cut, by RST. */
@Tag("chaos")
class KilledBackendsHurtOnlyTheirOwnTest {
    private static final Set<String> REASONS = Set.of("backend-reset", "connect-refused");

    @TempDir private Path folder;

    @BeforeEach
    void needsLinux() {
        Trial.needsLinux();
    }

    @Test
    @DisplayName("one, some or all backends are killed and started again")
    void backendsAreKilled() throws Exception {
        try (BackendProcess a = BackendProcess.start('A');
                BackendProcess b = BackendProcess.start('B');
                BackendProcess c = BackendProcess.start('C');
                Trial trial =
                        Trial.start(
                                folder,
                                List.of(a, b, c),
                                "--health-fall",
                                "2",
                                "-a",
                                "least-conn")) {
            trial.traffic().start();
            int round = 0;
            while (trial.goesOn()) {
                int count = round++ % 5 == 4 ? 3 : 1 + trial.random().nextInt(2);
                List<BackendProcess> some = new ArrayList<>(trial.backends());
                Collections.shuffle(some, trial.random());
                for (BackendProcess each : some.subList(0, count)) {
                    each.kill();
                }
                trial.pause(10, 2_000);
                for (BackendProcess each : some.subList(0, count)) {
                    each.restart();
                }
                Await.equal(3, () -> trial.admin().healthy());
                trial.pause(10, 1_500);
            }
            trial.recover();
            Map<String, BackendProcess> byName =
                    trial.backends().stream()
                            .collect(Collectors.toMap(BackendProcess::name, Function.identity()));
            trial.audit((account, line) -> explains(byName, account, line));
            assertThat(trial.lines()).anyMatch(line -> line.reason().equals("backend-reset"));
        }
    }

    /** Every backend that was tried was dead at some time of the connection. */
    private static boolean explains(
            Map<String, BackendProcess> byName, Account account, LogLine line) {
        return REASONS.contains(line.reason())
                && !line.tried().isEmpty()
                && line.tried().stream()
                        .allMatch(
                                name -> byName.get(name).wasDead(account.began(), account.ended()));
    }
}
