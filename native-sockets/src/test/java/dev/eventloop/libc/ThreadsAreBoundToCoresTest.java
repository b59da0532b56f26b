package dev.eventloop.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.eventloop.ErrnoException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A thread is bound to one of the cores that it was allowed to run on. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux binds threads to cores")
@Timeout(60)
@Tag("fast")
final class ThreadsAreBoundToCoresTest {
    @Test
    @DisplayName("only the calling thread is bound")
    void oneThread() throws Exception {
        int[] before = CpuAffinity.allowed();
        assertThat(before).isNotEmpty().isSorted();
        FutureTask<String> bound =
                new FutureTask<>(
                        () -> {
                            CpuAffinity.bind(before[before.length - 1]);
                            assertThat(CpuAffinity.allowed())
                                    .containsExactly(before[before.length - 1]);
                            return allowedByTheKernel();
                        });
        new Thread(bound).start();
        assertThat(bound.get()).isEqualTo(String.valueOf(before[before.length - 1]));
        assertThat(CpuAffinity.allowed()).isEqualTo(before);
    }

    @Test
    @DisplayName("the error of a core that does not exist names it")
    void noSuchCore() throws Exception {
        int none = Arrays.stream(CpuAffinity.allowed()).max().orElseThrow() + 4000;
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> CpuAffinity.bind(none))
                .withMessageContaining("core " + none)
                .withMessageContaining("EINVAL");
        assertThatIllegalArgumentException().isThrownBy(() -> CpuAffinity.bind(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> CpuAffinity.bind(8192));
    }

    private static String allowedByTheKernel() throws Exception {
        String title = "Cpus_allowed_list:";
        return Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
                .filter(line -> line.startsWith(title))
                .map(line -> line.substring(title.length()).strip())
                .findFirst()
                .orElseThrow();
    }
}
