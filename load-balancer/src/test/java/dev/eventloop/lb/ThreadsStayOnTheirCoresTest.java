package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.lb.fixture.Unchecked;
import dev.eventloop.libc.CpuAffinity;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** pinThreads binds each thread to one of the cores that the process may use. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux binds threads to cores")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class ThreadsStayOnTheirCoresTest {
    /** The kernel truncates thread names to 15 bytes: pthread_setname_np(3). */
    private static final String NAME = "load-balancer-";

    @Test
    @DisplayName("each thread gets a core; more threads than cores start again at the first")
    void eachHasOne() throws Exception {
        int[] cores = CpuAffinity.allowed();
        int threads = 2 * cores.length + 1;
        List<String> wanted =
                IntStream.range(0, threads)
                        .mapToObj(i -> String.valueOf(cores[i % cores.length]))
                        .sorted()
                        .toList();
        try (NamedServer server = NamedServer.start("A");
                LoadBalancer lb = over(server).threads(threads).pinThreads(true).start()) {
            Await.equal(wanted, ThreadsStayOnTheirCoresTest::coresOfLoops);
            assertThat(NamedServer.ask(lb.port(), 20)).isEqualTo("A".repeat(20));
        }
        assertThat(CpuAffinity.allowed()).isEqualTo(cores);
    }

    @Test
    @DisplayName("a process that is limited to one core stays there")
    void ofThoseAllowed() throws Exception {
        int[] cores = CpuAffinity.allowed();
        int last = cores[cores.length - 1];
        try (NamedServer server = NamedServer.start("A")) {
            FutureTask<LoadBalancer> start =
                    new FutureTask<>(
                            () -> {
                                CpuAffinity.bind(last);
                                return over(server).threads(3).pinThreads(true).start();
                            });
            new Thread(start).start();
            try (LoadBalancer lb = start.get()) {
                List<String> wanted = Collections.nCopies(3, String.valueOf(last));
                Await.equal(wanted, ThreadsStayOnTheirCoresTest::coresOfLoops);
                assertThat(NamedServer.ask(lb.port())).isEqualTo("A");
            }
        }
    }

    @Test
    @DisplayName("without pinThreads threads run on all cores of the process")
    void notUnlessAsked() throws Exception {
        String all = fact(Path.of("/proc/thread-self"), "Cpus_allowed_list:");
        try (NamedServer server = NamedServer.start("A");
                LoadBalancer lb = over(server).threads(2).start()) {
            assertThat(NamedServer.ask(lb.port())).isEqualTo("A");
            Await.equal(List.of(all, all), ThreadsStayOnTheirCoresTest::coresOfLoops);
        }
    }

    private static LoadBalancerBuilder over(NamedServer server) {
        return Unchecked.builder().listen("127.0.0.1", 0).backend("127.0.0.1", server.port());
    }

    /** The cores that each loop's thread may use, sorted. */
    private static List<String> coresOfLoops() throws IOException {
        List<String> cores = new ArrayList<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path thread : threads) {
                if (fact(thread, "Name:").startsWith(NAME)) {
                    cores.add(fact(thread, "Cpus_allowed_list:"));
                }
            }
        }
        Collections.sort(cores);
        return cores;
    }

    /** Empty for a thread that has ended in the meantime. */
    private static String fact(Path thread, String title) {
        try {
            return Arrays.stream(Files.readString(thread.resolve("status")).split("\n", -1))
                    .filter(line -> line.startsWith(title))
                    .map(line -> line.substring(title.length()).strip())
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }
}
