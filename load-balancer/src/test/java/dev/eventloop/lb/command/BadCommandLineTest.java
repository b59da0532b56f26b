package dev.eventloop.lb.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.NamedServer;
import dev.eventloop.lb.LoadBalancer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A bad argument is reported in one line that names it; exit code 2, or 1 if the system is the
 * cause.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class BadCommandLineTest {
    private static final String GOOD = "127.0.0.1:9001";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    65536 127.0.0.1:9001                           | 65536   | 65535
                    -1 127.0.0.1:9001                              | -1      | 65535
                    abc 127.0.0.1:9001                             | abc     | 65535
                    8080x 127.0.0.1:9001                           | 8080x   | 65535
                    0 127.0.0.1                                    | 127.0.0.1 | port is missing
                    0 127.0.0.1:                                   | 127.0.0.1: | port is missing
                    0 :9001                                        | :9001   | host is missing
                    0 127.0.0.1:0                                  | 127.0.0.1:0 | 1 to 65535
                    0 127.0.0.1:65536                              | 127.0.0.1:65536 | 1 to 65535
                    0 127.0.0.1:http                               | http    | 1 to 65535
                    0 127.0.0.1:9001:257                           | 257     | 0 to 256
                    0 127.0.0.1:9001:-1                            | 127.0.0.1:9001:-1 | 0 to 256
                    0 127.0.0.1:9001:3x                            | 3x      | 0 to 256
                    0 127.0.0.1:9001:                              | 127.0.0.1:9001: | 0 to 256
                    0 127.0.0.1:9001:3:4                           | 127.0.0.1:9001:3:4 | too many colons
                    0 ::1:9001:3                                   | ::1:9001:3 | IPV6
                    0 [::1                                         | [::1    | bracket is missing
                    0 unix:                                        | unix:   | path is missing
                    0 127.0.0.1:9001 127.0.0.1:9001                | 127.0.0.1:9001 | twice
                    0 127.0.0.1:9001 localhost:9001                | localhost:9001 | same
                    0 no-such-host.invalid:9001                    | no-such-host.invalid | unknown
                    0 127.0.0.1:9001 -b no-such-host.invalid       | no-such-host.invalid | unknown
                    0 127.0.0.1:9001 --idle-timeout parsecs        | --idle-timeout | 60s
                    0 127.0.0.1:9001 --connect-timeout 5           | --connect-timeout | 60s
                    0 127.0.0.1:9001 --half-close-timeout -5s      | --half-close-timeout | 60s
                    0 127.0.0.1:9001 --drain-timeout 5d            | --drain-timeout | 60s
                    0 127.0.0.1:9001 --idle-timeout 0s             | --idle-timeout | more than 0
                    0 127.0.0.1:9001 -a fastest                    | fastest | wrr, rr, least-conn, random2 or source-hash
                    0 127.0.0.1:9001 --event-backend pigeon        | pigeon  | epoll
                    0 127.0.0.1:9001 --accept all                  | all     | reuseport or exclusive
                    0 127.0.0.1:9001 --retires=3                   | --retires=3 | did you mean --retries?
                    0 127.0.0.1:9001 --nothing-of-the-kind         | --nothing-of-the-kind | ; --help shows
                    0 127.0.0.1:9001 --threads 0                   | --threads | from 1 to 1024
                    0 127.0.0.1:9001 --threads many                | --threads | from 1 to 1024
                    0 127.0.0.1:9001 -t 1025                       | 1025    | from 1 to 1024
                    0 127.0.0.1:9001 --max-clients 0               | --max-clients | from 1
                    0 127.0.0.1:9001 --retries -1                  | --retries | from 0
                    0 127.0.0.1:9001 --retries 2000000000          | --retries | from 0
                    0 127.0.0.1:9001 --dry-run --event-backend x   | x       | epoll
                    0 no-such-host.invalid:9001 --dry-run          | no-such-host.invalid | unknown
                    0 @/etc/passwd                                 | @/etc/passwd | port is missing
                    0 127.0.0.1:9001,backup                        | backup, for none | must not be
                    0 127.0.0.1:9001,spare                         | 9001,spare | 1 to 65535
                    0 127.0.0.1:9001 --health-check 2              | --health-check | , or off
                    0 127.0.0.1:9001 --health-check 0s             | --health-check | more than 0
                    0 127.0.0.1:9001 --health-fall 0               | --health-fall | from 1
                    0 127.0.0.1:9001 --health-rise x               | --health-rise | from 1
                    0 127.0.0.1:9001 --slow-start slowly           | --slow-start | 60s
                    0 127.0.0.1:9001 --max-connection-age 0s       | --max-connection-age | more than 0
                    0 127.0.0.1:9001 --max-conns-per-backend 0     | --max-conns-per-backend | from 1
                    0 127.0.0.1:9001 --max-conns-per-source -1     | --max-conns-per-source | , or off
                    0 127.0.0.1:9001 --max-rate-per-source 10      | --max-rate-per-source | 10/1s
                    0 127.0.0.1:9001 --max-rate-per-source 10/0s   | --max-rate-per-source | more than 0
                    0 127.0.0.1:9001 --max-rate-per-source x/1s    | --max-rate-per-source | "x"
                    0 127.0.0.1:9001 --source-prefix 129           | --source-prefix | 1 to 128
                    0 127.0.0.1:9001 --source-prefix 0,64          | --source-prefix | 24,56
                    0 127.0.0.1:9001 --source-prefix 64,           | --source-prefix | 24,56
                    0 127.0.0.1:9001 --on-backend-down panic       | --on-backend-down | keep or close
                    0 127.0.0.1:9001 --splice perhaps              | --splice | auto, off or always
                    0 127.0.0.1:9001 --allow 10.0.0.1/8            | 10.0.0.1/8 | 10.0.0.0/8
                    0 127.0.0.1:9001 --allow example.org           | example.org | 10.0.0.0/8
                    0 127.0.0.1:9001 --deny 10.0.0.0/33            | --deny  | 0 to 32
                    0 127.0.0.1:9001 --deny ::1 --allow ::1        | --deny  | allowed as well
                    0 127.0.0.1:9001 --proxy-protocol v3           | v3      | v1 or v2, or off
                    0 127.0.0.1:9001 --accept-proxy-protocol=x     | x       | --help
                    0 127.0.0.1:9001 --admin 9000                  | 9000    | HOST:PORT
                    0 127.0.0.1:9001 --admin 0.0.0.0:9000          | 0.0.0.0:9000 | --admin-token-file
                    9 127.0.0.1:9001 --admin 127.0.0.1:9           | 127.0.0.1:9 | another one
                    0 127.0.0.1:9001 --admin unix:                 | --admin | unix:/run/admin.sock
                    0 127.0.0.1:9001 --admin-token-file /nowhere   | /nowhere | not there
                    0 127.0.0.1:9001 --access-log-format xml       | xml     | text or json
                    0 127.0.0.1:9001 --dns-server ::1              | ::1     | [IPV6][:PORT]
                    0 127.0.0.1:9001 --dns-interval 999ms          | --dns-interval | 1s or more
                    0 dns:127.0.0.1:9001                           | dns:127.0.0.1 | leave out dns:
                    0 dns:example.org                              | dns:example.org | port is missing
                    0 dns:example.org:9001:0                       | dns:example.org:9001:0 | 1 to 256
                    0 srv:example.org:9001                         | srv:example.org:9001 | SRV records
                    0 srv:                                         | srv:    | name is missing
                    --config /nowhere.yaml                         | /nowhere.yaml | no such file
                    --config /                                     | /       | name a file
                    0 127.0.0.1:9001 --config lb.yaml              | --config lb.yaml | leave out
                    0 127.0.0.1:9001 --idle-timout 9s              | --idle-timout | --idle-timeout
                    0 127.0.0.1:9001 --warp 9                      | --warp  | --help
                    0 127.0.0.1:9001 --idle-timeout                | --idle-timeout | --help
                    0                                              | BACKEND | 127.0.0.1:9001
                    --demo 0 127.0.0.1:9001                        | 127.0.0.1:9001 | --demo
                    """)
    void isRefusedWithTwo(String commandLine, String culprit, String advice) {
        Outcome outcome = execute(commandLine.strip().split(" +", -1));
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.onlyLine()).contains(culprit).contains(advice);
    }

    @Test
    @DisplayName("5 parsecs is not a duration")
    void parsecsAreNoDuration() {
        Outcome outcome = execute("0", GOOD, "--idle-timeout", "5 parsecs");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.onlyLine()).contains("--idle-timeout").contains("5 parsecs");
    }

    @Test
    @DisplayName("without arguments the error shows the usage")
    void nothingIsNotEnough() {
        Outcome outcome = execute();
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.onlyLine()).contains("PORT").contains("BACKEND").contains("--help");
    }

    @Test
    @DisplayName("a port in use: exit code 1")
    void portInUseIsOne() throws Exception {
        try (ServerSocket owner = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (String threads : List.of("1", "2")) {
                Outcome outcome =
                        execute(Integer.toString(owner.getLocalPort()), GOOD, "-t", threads);
                assertThat(outcome.exitCode()).isEqualTo(1);
                assertThat(outcome.onlyLine())
                        .contains(":" + owner.getLocalPort())
                        .contains("in use");
            }
        }
    }

    @Test
    @DisplayName("a port in use by a load balancer with SO_REUSEPORT: exit code 1")
    void portOfAnotherLoadBalancerIsOne() throws Exception {
        try (NamedServer server = NamedServer.start("A");
                LoadBalancer lb =
                        LoadBalancer.builder()
                                .listen(0)
                                .threads(2)
                                .backend("127.0.0.1", server.port())
                                .start()) {
            Outcome outcome = execute(Integer.toString(lb.port()), GOOD, "-t", "2");
            assertThat(outcome.exitCode()).isEqualTo(1);
            assertThat(outcome.onlyLine()).contains(":" + lb.port()).contains("in use");
            assertThat(NamedServer.ask(lb.port())).isEqualTo("A");
        }
    }

    @Test
    @DisplayName("an address that this machine does not have: exit code 1")
    void addressOfAnotherMachineIsOne() {
        Outcome outcome = execute("0", GOOD, "-b", "203.0.113.1");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.onlyLine()).contains("203.0.113.1");
    }

    @Test
    @DisplayName("an access log in a directory that does not exist")
    void accessLogWithoutAFolderIsOne(@TempDir Path folder) {
        String file = folder.resolve("missing").resolve("access.log").toString();
        Outcome outcome = execute("0", GOOD, "--access-log", file);
        assertThat(outcome.exitCode()).isIn(1, 2);
        assertThat(outcome.onlyLine())
                .contains("--access-log")
                .contains(file)
                .contains("directory");
    }

    @Test
    @DisplayName("an access log that is a directory")
    void accessLogThatIsAFolderIsOne(@TempDir Path folder) {
        Outcome outcome = execute("0", GOOD, "--access-log", folder.toString());
        assertThat(outcome.exitCode()).isIn(1, 2);
        assertThat(outcome.onlyLine()).contains("--access-log").contains(folder.toString());
        assertThat(Files.isDirectory(folder)).isTrue();
    }

    @Test
    @DisplayName("a unix socket path that is longer than sun_path allows")
    void pathThatIsTooLong() {
        String path = "unix:/" + "x".repeat(150);
        Outcome outcome = execute("0", path);
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.onlyLine()).contains("xxxx");
    }

    private record Outcome(int exitCode, List<String> err) {
        /** The only line of standard error, a sentence without a stack trace. */
        String onlyLine() {
            assertThat(err).hasSize(1);
            assertThat(err.get(0)).startsWith("high_perf_lb: ").doesNotContain("Exception");
            return err.get(0);
        }
    }

    private static Outcome execute(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode =
                HighPerfLb.execute(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        arguments);
        assertThat(out.toString(StandardCharsets.UTF_8)).as("standard output").isEmpty();
        String text = err.toString(StandardCharsets.UTF_8);
        List<String> lines =
                text.isEmpty() ? List.of() : new ArrayList<>(Arrays.asList(text.split("\n", -1)));
        if (!lines.isEmpty()) {
            String last = lines.remove(lines.size() - 1);
            assertThat(last).as("after the last line").isEmpty();
        }
        return new Outcome(exitCode, lines);
    }
}
