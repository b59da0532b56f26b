package dev.eventloop.benchmarks.suites;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.benchmarks.Effort;
import dev.eventloop.benchmarks.report.Report;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests find a broken benchmark at once, not months later. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
final class EveryBenchmarkRunsTest {
    /** One iteration of a few milliseconds each, in this JVM. */
    private static final Effort SMOKE =
            new Effort(List.of(100), List.of(1, 10), 1, 1, 1, 1, 0, 1, 1, 2, List.of(), 1, 1, 1);

    @Test
    @DisplayName("Each benchmark runs once with all its parameters, and its table has figures")
    void eachRunsAndIsInATable(@TempDir Path folder) throws Exception {
        System.setProperty("jmh.ignoreLock", "true"); // allows another run on this machine
        Report report = new Report(folder, Clock.systemUTC());
        List<String> progress = new ArrayList<>();
        new SuitesPart(SMOKE).run(report, progress::add);
        assertThat(progress).hasSize(6);
        for (String table : List.of("dispatch", "registration", "wakeup", "timers", "picking")) {
            String text = Files.readString(folder.resolve("fragments/jmh-" + table + ".md"));
            List<String> rows = text.lines().skip(2).filter(row -> !row.contains("Netty")).toList();
            assertThat(rows).as(table).isNotEmpty();
            assertThat(rows).as(table).noneMatch(row -> row.contains("| – |"));
        }
    }
}
