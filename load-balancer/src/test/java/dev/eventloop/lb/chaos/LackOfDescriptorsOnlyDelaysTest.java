package dev.eventloop.lb.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RLIMIT_NOFILE is lowered while the load balancer runs: clients wait, and none is cut. */
@Tag("chaos")
class LackOfDescriptorsOnlyDelaysTest {
    @TempDir private Path folder;

    @BeforeEach
    void needsLinux() {
        Trial.needsLinux();
    }

    @Test
    @DisplayName("a limit below what is in use, just above it, and high again")
    void limitIsLowered() throws Exception {
        try (BackendProcess a = BackendProcess.start('A');
                BackendProcess b = BackendProcess.start('B');
                Trial trial = Trial.start(folder, List.of(a, b))) {
            trial.traffic().start();
            String enough = "10000";
            while (trial.goesOn()) {
                int most = trial.lb().facts().openFiles() + trial.random().nextInt(12) - 8;
                Limits.set(trial.lb(), "nofile", Integer.toString(most));
                trial.pause(100, 3_000);
                Limits.set(trial.lb(), "nofile", enough);
                trial.pause(100, 2_000);
            }
            trial.recover();
            trial.auditUnharmed();
            assertThat(trial.lb().err()).anyMatch(line -> line.contains("file descriptors"));
        }
    }
}
