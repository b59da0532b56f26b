package dev.eventloop.lb.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * With several frontends and pools, the value in the entry wins over the option, and the option
 * over the top level of the file. The output of --dry-run is a file with the same meaning.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class NearestValueWinsTest {
    private static final String SERVICES =
            """
            idle-timeout: 1m
            retries: 3
            allow: 10.0.0.0/8
            proxy-protocol: v2
            max-clients: 100
            frontends:
              near:
                bind: ["127.0.0.1:8081", "[::]:8081"]
                idle-timeout: off
                allow: []
                max-clients: auto
                routes:
                  - {sni: WWW.Example.ORG., pool: plain}
                  - {sni: "*.example.org", alpn: h2, pool: tuned}
                  - {alpn: http/1.1, pool: tuned}
              far:
                bind: "localhost:8082"
                pool: tuned
            pools:
              tuned:
                retries: 0
                proxy-protocol: off
                backends: [127.0.0.1:9001:3, {address: 127.0.0.1:9002, max-conns: 7}]
              plain:
                backends: ["unix:/run/my app.sock:2", "dns:app.internal:9000,backup"]
            """;

    @TempDir private Path folder;

    @Test
    @DisplayName("the entry, then the option, then the top level, then the default")
    void precedence() throws Exception {
        String shown =
                dryRun(SERVICES, "--idle-timeout", "2m", "--retries", "4", "--slow-start", "1s");
        String near = section(shown, "  near:\n");
        assertThat(near).contains("idle-timeout: off", "allow: []");
        assertThat(near).contains("max-clients: auto", "half-close-timeout: 30s");
        String far = section(shown, "  far:\n");
        assertThat(far).contains("idle-timeout: 2m", "allow: [\"10.0.0.0/8\"]");
        assertThat(far).contains("max-clients: 100");
        String tuned = section(shown, "  tuned:\n");
        assertThat(tuned).contains("retries: 0", "proxy-protocol: off", "slow-start: 1s");
        String plain = section(shown, "  plain:\n");
        assertThat(plain).contains("retries: 4", "proxy-protocol: v2", "slow-start: 1s");
    }

    @Test
    @DisplayName("routes, default pools and picks are shown")
    void routingIsShown() throws Exception {
        assertThat(dryRun(SERVICES).lines())
                .containsSubsequence(
                        "# Frontend near listens on 127.0.0.1:8081, [::]:8081:",
                        "#   www.example.org to pool plain",
                        "#   *.example.org with the ALPN protocol h2 to pool tuned",
                        "#   the ALPN protocol http/1.1 to pool tuned",
                        "#   all other clients are reset, with the reason no-route",
                        "# Frontend far listens on localhost:8082:",
                        "#   all clients to pool tuned",
                        "# The first 20 picks of pool tuned:",
                        "#    1  127.0.0.1:9001")
                .contains("# Clients of frontend far at a time: 100");
    }

    @Test
    @DisplayName("a pool that is not used is a warning")
    void unusedPool() throws Exception {
        assertThat(dryRun(SERVICES + "  spare: {backends: [127.0.0.1:9009]}\n"))
                .containsPattern(
                        "# Warning: .*lb.*\\.yaml:\\d+:3: no frontend sends clients to pool spare;");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "port: 8080\nbackends: [127.0.0.1:9009:2]\n", "threads: 3\n"})
    @DisplayName("what is shown reads the same")
    void shownReadsTheSame(String more) throws Exception {
        String shown = dryRun(more + SERVICES);
        assertThat(dryRun(shown)).isEqualTo(shown);
    }

    @Test
    @DisplayName("docs/examples/two-services.yaml is valid and shows its routes")
    void exampleIsRight() throws Exception {
        String example = Files.readString(Path.of("../docs/examples/two-services.yaml"));
        String shown = dryRun(example);
        assertThat(dryRun(shown)).isEqualTo(shown);
        assertThat(shown.lines())
                .contains(
                        "#   api.example.org to pool api",
                        "#   *.shop.example.org to pool shop",
                        "#   all other clients to pool site");
    }

    /** From a heading to the next one. */
    private static String section(String shown, String heading) {
        int start = shown.indexOf(heading) + heading.length();
        assertThat(start).as(heading).isGreaterThan(heading.length());
        int end = start;
        while (shown.startsWith("    ", end)) {
            end = shown.indexOf('\n', end) + 1;
        }
        return shown.substring(start, end);
    }

    private String dryRun(String yaml, String... options) throws IOException {
        Path file = Files.createTempFile(folder, "lb", ".yaml");
        Files.writeString(file, yaml);
        List<String> all = new ArrayList<>(List.of("--config", file.toString(), "--dry-run"));
        all.addAll(List.of(options));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode =
                HighPerfLb.execute(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        all.toArray(String[]::new));
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(exitCode).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }
}
