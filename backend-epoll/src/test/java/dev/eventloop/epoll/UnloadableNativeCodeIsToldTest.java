package dev.eventloop.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.BackendInfo;
import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Where JNR cannot load its native library, no backend is available, and the reason is told. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has epoll")
@Timeout(60)
@Tag("real")
final class UnloadableNativeCodeIsToldTest {
    @TempDir private Path folder;

    /** What another JVM prints. */
    private List<String> outputOf(String option) throws Exception {
        Path output = folder.resolve("output");
        ProcessBuilder java =
                new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-XX:TieredStopAtLevel=1",
                        "-Djffi.boot.library.path=/nowhere",
                        option,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName());
        Process process = java.redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readAllLines(output, StandardCharsets.UTF_8);
    }

    @Test
    void byBackendsAndByCreate() throws Exception {
        List<String> lines = outputOf("-Djffi.extract.dir=/nowhere");
        String why = "the native library of JNR cannot be loaded (";
        String right =
                "could not load jffi library from /nowhere); let -Djffi.extract.dir name a folder";
        assertThat(lines).anyMatch(line -> line.startsWith("epoll false " + why));
        assertThat(lines)
                .filteredOn(line -> line.startsWith("create: "))
                .singleElement()
                .asString()
                .startsWith("create: java.lang.IllegalArgumentException: event backend ")
                .contains("names no backend that is usable here", "epoll (" + why, right);
    }

    @Test
    void andWhereItCanBeLoadedThereIsALoop() throws Exception {
        assertThat(outputOf("-Djffi.extract.dir=" + folder)).contains("create: epoll");
    }

    /** Runs in the other JVM. */
    static final class Main {
        private Main() {}

        public static void main(String[] arguments) {
            for (int i = 0; i < 2; i++) { // the JVM's own errors differ from the second time on
                for (BackendInfo backend : EventLoop.backends()) {
                    System.out.println(
                            backend.name()
                                    + " "
                                    + backend.available()
                                    + " "
                                    + backend.unavailableBecause());
                }
            }
            try (EventLoop loop = EventLoop.create(EventLoopOptions.defaults().backend("epoll"))) {
                System.out.println("create: " + loop.backendName());
            } catch (Throwable e) {
                System.out.println("create: " + e);
            }
        }
    }
}
