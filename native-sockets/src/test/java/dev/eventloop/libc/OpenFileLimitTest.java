package dev.eventloop.libc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Raised to what the system allows. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux shows a process its limits as a file")
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

    /** Soft and hard, as the kernel shows them. */
    private static String[] limits() throws Exception {
        String title = "Max open files";
        for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
            if (line.startsWith(title)) {
                String[] numbers = line.substring(title.length()).strip().split("\\s+", -1);
                return new String[] {numbers[0], numbers[1]};
            }
        }
        throw new IllegalStateException("no limits");
    }
}
