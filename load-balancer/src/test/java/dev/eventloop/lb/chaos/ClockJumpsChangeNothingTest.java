package dev.eventloop.lb.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The time of day jumps, as when an operator or NTP sets it. libfaketime does that for one process:
 * CLOCK_REALTIME follows a file, and CLOCK_MONOTONIC is left alone, as by settimeofday(2).
 */
@Tag("chaos")
class ClockJumpsChangeNothingTest {
    /** Offsets in the format of libfaketime. */
    private static final List<String> JUMPS =
            List.of("+0", "+1", "-1", "+61", "-61", "+1h", "-2h", "+30d", "-400d", "+5y");

    private static final Duration FAR = Duration.ofDays(20);

    @TempDir private Path folder;
    private Path offset;

    @BeforeEach
    void needsLinux() {
        Trial.needsLinux();
    }

    @Test
    @DisplayName("no connection is cut and no backend goes down; the log shows the time of day")
    void clockJumps() throws Exception {
        offset = folder.resolve("offset");
        jumpTo("+0");
        String shell =
                "LD_PRELOAD="
                        + library()
                        + " FAKETIME_TIMESTAMP_FILE="
                        + offset
                        + " FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1"
                        + " FAKETIME_FORCE_MONOTONIC_FIX=0" // with it, timed waits of the JVM spin
                        + " exec \"$@\"";
        try (BackendProcess a = BackendProcess.start('A');
                BackendProcess b = BackendProcess.start('B');
                Trial trial =
                        Trial.startBy(
                                shell,
                                folder,
                                folder.resolve("access.log"),
                                List.of(a, b),
                                "--max-conns-per-source",
                                "1000",
                                "--max-rate-per-source",
                                "100000/1s",
                                "--max-connection-age",
                                "10m")) {
            trial.traffic().start();
            jumpTo("+30d");
            trial.pause(1_000, 2_000);
            while (trial.goesOn()) {
                jumpTo(JUMPS.get(trial.random().nextInt(JUMPS.size())));
                trial.pause(1, 3_000);
                assertThat(trial.admin().healthy()).isEqualTo(2);
            }
            trial.recover();
            trial.auditUnharmed();
            Instant now = Instant.now();
            assertThat(trial.lines())
                    .as("lines of another day: without one, the clock has not jumped")
                    .anyMatch(line -> Duration.between(now, line.time()).abs().compareTo(FAR) > 0);
            assertThat(trial.lb().err()).noneMatch(line -> line.contains("is down"));
        }
    }

    /** Atomically, since the process reads the file at any time. */
    private void jumpTo(String text) throws IOException {
        Path next = folder.resolve("next");
        Files.writeString(next, text + "\n");
        Files.move(next, offset, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Path library() throws IOException {
        Optional<Path> found = Optional.empty();
        for (Path lib :
                List.of(Path.of("/usr/lib"), Path.of("/usr/lib64"), Path.of("/usr/local/lib"))) {
            if (found.isEmpty() && Files.isDirectory(lib)) {
                try (Stream<Path> files =
                        Files.find(
                                lib,
                                3,
                                (file, attributes) ->
                                        file.endsWith("faketime/libfaketimeMT.so.1"))) {
                    found = files.findFirst();
                }
            }
        }
        boolean isThere = found.isPresent();
        if (!isThere) {
            System.out.println("ClockJumpsChangeNothingTest: skipped, libfaketime is missing");
        }
        assumeTrue(isThere, "libfaketime is not installed; Debian's package is faketime");
        return found.orElseThrow();
    }
}
