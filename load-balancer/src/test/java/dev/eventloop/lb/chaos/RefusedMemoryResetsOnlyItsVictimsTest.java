package dev.eventloop.lb.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The system refuses memory for a while: RLIMIT_AS is lowered to what the process has. */
@Tag("chaos")
class RefusedMemoryResetsOnlyItsVictimsTest {
    /**
     * The JVM ends itself where it gets no memory. So malloc(3) has a reserve that it grew at the
     * start and never gives back, and only what is mapped, such as the buffers of connections, is
     * refused.
     */
    private static final String RESERVE =
            "export MALLOC_ARENA_MAX=1 MALLOC_TOP_PAD_=33554432"
                    + " MALLOC_TRIM_THRESHOLD_=1073741824 MALLOC_MMAP_THRESHOLD_=33554432;"
                    + " exec \"$@\"";

    /** More than a worker keeps free buffers for. */
    private static final int CROWD = 40;

    @TempDir private Path folder;

    @BeforeEach
    void needsLinux() {
        Trial.needsLinux();
    }

    @Test
    @DisplayName("connections that get no buffer are reset; nobody gets a byte of another")
    void memoryIsRefused() throws Exception {
        try (BackendProcess a = BackendProcess.start('A');
                BackendProcess b = BackendProcess.start('B');
                Trial trial =
                        Trial.startBy(
                                RESERVE,
                                folder,
                                folder.resolve("access.log"),
                                List.of(a, b),
                                "--threads",
                                "1",
                                "--splice",
                                "off")) {
            trial.traffic().start();
            while (trial.goesOn()) {
                long bytes = trial.lb().facts().virtualKib() * 1024;
                Limits.set(trial.lb(), "as", Long.toString(bytes));
                long before = trial.traffic().resets();
                for (int i = 0; i < 4 && trial.traffic().resets() == before; i++) {
                    trial.traffic().surge(CROWD);
                    trial.pause(500, 2_000);
                }
                Limits.set(trial.lb(), "as", "unlimited");
                trial.pause(500, 2_000);
            }
            trial.recover();
            trial.audit((account, line) -> line.reason().equals("out-of-memory"));
            assertThat(trial.lines()).anyMatch(line -> line.reason().equals("out-of-memory"));
            assertThat(trial.lb().err())
                    .as("the log says why, though no thread can be started")
                    .anyMatch(line -> line.contains("there is no memory for their bytes"));
        }
    }
}
