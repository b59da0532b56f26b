package dev.eventloop.libc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The soft limit of open files is raised to the hard limit. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has /proc/self/limits")
@Timeout(60)
@Tag("fast")
final class OpenFileLimitTest {
    @Test
    void isTheHardLimitAfterwards() throws Exception {
        long raised = OpenFileLimit.raise();
        String[] limits = limits();
        assertThat(limits[0]).isEqualTo(limits[1]);
        String told = raised == Long.MAX_VALUE ? "unlimited" : Long.toString(raised);
        assertThat(limits[0]).isEqualTo(told);
        assertThat(OpenFileLimit.raise()).isEqualTo(raised);
    }

    /** The soft and the hard limit in /proc/self/limits. */
    private static String[] limits() throws Exception {
        String title = "Max open files";
        for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
            if (line.startsWith(title)) {
                String[] numbers = line.substring(title.length()).strip().split("\\s+", -1);
                return new String[] {numbers[0], numbers[1]};
            }
        }
        throw new IllegalStateException("/proc/self/limits has no line for open files");
    }
}
