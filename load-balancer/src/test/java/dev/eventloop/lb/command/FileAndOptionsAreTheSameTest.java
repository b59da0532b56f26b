package dev.eventloop.lb.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.config.AllSettings;
import dev.eventloop.lb.config.Setting;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The output of --dry-run is the same for a file, for the equal options, and for that output as a
 * file.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class FileAndOptionsAreTheSameTest {
    private static final List<String> BACKENDS = List.of("127.0.0.1:9001:3", "127.0.0.1:9002:2");
    private static final Path EXAMPLE = Path.of("../docs/lb.yaml");

    /** For each setting a value that is not its default. */
    private final Map<String, String> samples = new HashMap<>();

    @TempDir private Path folder;

    @BeforeEach
    void prepare() throws IOException {
        Path token = folder.resolve("to ken\".txt");
        Files.writeString(token, "0123456789abcdef\n");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        Path more = Files.writeString(folder.resolve("more #2"), "127.0.0.1:9009:5,backup\n");
        samples.put("port", "8081");
        samples.put("demo", "true");
        samples.put("bind", "127.0.0.1");
        samples.put("threads", "7");
        samples.put("pin", "true");
        samples.put("accept", "exclusive");
        samples.put("max-clients", "100");
        samples.put("accept-proxy-protocol", "true");
        samples.put("proxy-protocol-from", "10.0.0.5, 10.1.0.0/16");
        samples.put("event-backend", "poll");
        samples.put("algorithm", "least-conn");
        samples.put("backends-file", more.toString());
        samples.put("retries", "0");
        samples.put("retry-interval", "250ms");
        samples.put("on-primary-up", "close");
        samples.put("max-conns-per-backend", "10");
        samples.put("proxy-protocol", "v2");
        samples.put("idle-timeout", "5m");
        samples.put("connect-timeout", "250ms");
        samples.put("half-close-timeout", "61s");
        samples.put("preface-timeout", "1500ms");
        samples.put("drain-timeout", "0s");
        samples.put("max-connection-age", "1h");
        samples.put("max-connection-age-jitter", "off");
        samples.put("log-empty", "off");
        samples.put("access-log-events", "open,close");
        samples.put("max-conns-per-source", "3");
        samples.put("max-rate-per-source", "600/1m");
        samples.put("source-prefix", "24,56");
        samples.put("allow", "10.0.0.0/8, ::1");
        samples.put("deny", "10.1.0.0/16,10.2.0.0/16");
        samples.put("health-check", "off");
        samples.put("health-fall", "1");
        samples.put("health-rise", "9");
        samples.put("slow-start", "0s");
        samples.put("on-backend-down", "close");
        samples.put("splice", "always");
        samples.put("dns-server", "[::1]:53");
        samples.put("dns-interval", "1m");
        samples.put("admin", "127.0.0.1:0");
        samples.put("admin-token-file", token.toString());
        samples.put("access-log", folder.resolve("#: 'log'").toString());
        samples.put("access-log-format", "json");
        samples.put("stall-warning", "300ms");
        samples.put("watch", "true");
        samples.put("handover", "/run/next.sock");
    }

    /** Without --watch, which needs a file: {@link #allTogether} has it. */
    private static Stream<Setting<?>> everySetting() {
        return AllSettings.list().stream().filter(setting -> !setting.equals(AllSettings.WATCH));
    }

    @ParameterizedTest
    @MethodSource("everySetting")
    @DisplayName("each setting alone")
    void eachAlone(Setting<?> setting) throws Exception {
        String sample = samples.get(setting.key());
        assertThat(sample).as("sample of %s", setting).isNotNull();
        List<String> arguments = new ArrayList<>();
        StringBuilder yaml = new StringBuilder(setting.key() + ": " + quoted(sample) + "\n");
        boolean demo = setting.equals(AllSettings.DEMO);
        arguments.add(setting.isArgument() ? sample : "8080");
        if (!setting.isArgument()) {
            yaml.append("port: 8080\n");
            arguments.add(setting.option());
            if (!setting.isFlag()) {
                arguments.add(sample);
            }
        }
        if (!demo) {
            arguments.addAll(BACKENDS);
            yaml.append("backends: ").append(BACKENDS).append('\n');
        }
        String byOptions = dryRun(arguments);
        assertThat(dryRunOf(yaml.toString())).isEqualTo(byOptions);
        assertThat(dryRunOf(byOptions)).isEqualTo(byOptions);
        if (!setting.isRepeatable()) {
            assertThat(byOptions).contains(setting.key() + ": ");
            assertThat(byOptions)
                    .doesNotContain("\n" + setting.key() + ": " + setting.defaultText() + "\n");
        }
    }

    @Test
    @DisplayName("all settings together, and every form of a backend")
    void allTogether() throws Exception {
        List<String> backends =
                List.of(
                        "127.0.0.1:9001:3",
                        "localhost:9002",
                        "[::1]:9003:256,backup",
                        "unix:/run/my app.sock:2");
        StringBuilder yaml = new StringBuilder();
        List<String> arguments = new ArrayList<>(List.of(samples.get("port")));
        arguments.addAll(backends);
        for (Setting<?> setting : AllSettings.list()) {
            String sample = samples.get(setting.key());
            if (setting.equals(AllSettings.DEMO)) {
                continue;
            }
            yaml.append(setting.key()).append(": ").append(quoted(sample)).append('\n');
            if (!setting.isArgument()) {
                arguments.add(setting.options().get(0));
                if (!setting.isFlag()) {
                    arguments.add(sample);
                }
            }
        }
        yaml.append(
                """
                backends:
                  - {address: 127.0.0.1:9001, weight: 3, backup: false, max-conns: off}
                  - localhost:9002
                  - address: "[::1]:9003"
                    weight: 256
                    backup: true
                  - "unix:/run/my app.sock:2"
                """);
        String byOptions = dryRun(arguments);
        assertThat(dryRunOf(yaml.toString())).isEqualTo(byOptions);
        assertThat(dryRunOf(byOptions)).isEqualTo(byOptions);
    }

    @Test
    @DisplayName("limits of single backends (file only), and lists in both YAML forms")
    void onlyInTheFile() throws Exception {
        String shown =
                dryRunOf(
                        """
                        port: 8080
                        allow:
                          - 10.0.0.0/8
                          - 127.0.0.1,192.168.0.0/16
                        backends:
                          - {address: 127.0.0.1:9001, max-conns: 10}
                          - {address: "127.0.0.1:9002,backup", weight: 2, max-conns: 20}
                        """);
        assertThat(shown)
                .contains("  - address: 127.0.0.1:9001:1\n    max-conns: 10\n")
                .contains("  - address: 127.0.0.1:9002:2,backup\n    max-conns: 20\n")
                .contains("allow: [\"10.0.0.0/8\", \"127.0.0.1\", \"192.168.0.0/16\"]\n");
        assertThat(dryRunOf(shown)).isEqualTo(shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dns:app.internal:9000:3,backup", "srv:_app._tcp.internal"})
    @DisplayName("backends by DNS")
    void lookedUp(String backend) throws Exception {
        String byOptions = dryRun(List.of("8080", "127.0.0.1:9001", backend));
        assertThat(dryRunOf("port: 8080\nbackends: [127.0.0.1:9001, \"" + backend + "\"]\n"))
                .isEqualTo(byOptions);
        assertThat(dryRunOf(byOptions)).isEqualTo(byOptions).contains(backend);
    }

    @ParameterizedTest
    @MethodSource("everySetting")
    @DisplayName("an option overrides the file")
    void optionsComeFirst(Setting<?> setting) throws Exception {
        if (setting.isArgument() || setting.isFlag()) {
            return; // arguments with --config are refused; a flag can be given as --demo=false
        }
        Path file = folder.resolve("first.yaml");
        String other = setting.isRepeatable() ? "192.0.2.0/24" : setting.defaultText();
        Files.writeString(
                file,
                "port: 8080\nbackends: [127.0.0.1:9001]\n" + setting.key() + ": " + other + "\n");
        String sample = samples.get(setting.key());
        assertThat(dryRun(List.of("--config", file.toString(), setting.option(), sample)))
                .isEqualTo(dryRun(List.of("8080", "127.0.0.1:9001", setting.option(), sample)))
                .isNotEqualTo(dryRun(List.of("--config", file.toString())));
    }

    @Test
    @DisplayName("docs/lb.yaml has every key, and is valid")
    void exampleIsRight() throws Exception {
        String example = Files.readString(EXAMPLE);
        assertThat(AllSettings.list())
                .allSatisfy(
                        setting ->
                                assertThat(example).containsPattern("(?m)^" + setting.key() + ":"));
        String shown = dryRun(List.of("--config", EXAMPLE.toString()));
        assertThat(dryRunOf(shown)).isEqualTo(shown);
    }

    @Test
    @DisplayName("the table in docs/configuration.md has every option and its default")
    void documentedTableIsRight() throws Exception {
        String page = Files.readString(Path.of("../docs/configuration.md"));
        for (Setting<?> setting : AllSettings.list()) {
            if (setting.isArgument()) {
                continue;
            }
            String options =
                    String.join(", ", setting.options().stream().map(o -> "`" + o + "`").toList());
            String end = setting.isRepeatable() ? "" : "`" + setting.defaultText() + "`";
            assertThat(page.lines().filter(line -> line.startsWith("| " + options + " |")))
                    .as("%s", setting)
                    .singleElement()
                    .asString()
                    .containsPattern(".* \\| " + end + ".* \\|$");
        }
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private String dryRunOf(String yaml) throws IOException {
        Path file = Files.createTempFile(folder, "lb", ".yaml");
        Files.writeString(file, yaml);
        return dryRun(List.of("--config", file.toString()));
    }

    private static String dryRun(List<String> arguments) {
        List<String> all = new ArrayList<>(arguments);
        all.add("--dry-run");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode =
                HighPerfLb.execute(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        all.toArray(String[]::new));
        assertThat(err.toString(StandardCharsets.UTF_8)).as("%s", all).isEmpty();
        assertThat(exitCode).isZero();
        // a warning names the place in the file, or the option
        return out.toString(StandardCharsets.UTF_8).replaceAll("(?m)^# Warning: .*", "# Warning");
    }
}
