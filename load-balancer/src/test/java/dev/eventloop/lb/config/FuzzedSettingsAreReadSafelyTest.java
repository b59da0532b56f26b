package dev.eventloop.lb.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.Durations;
import dev.eventloop.lb.preface.ServerNamePattern;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever is written, in a file or on the command line, is either valid or refused with sentences,
 * by the same rules. {@code -Dfuzz.seed} repeats a run; each failure tells its seed.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class FuzzedSettingsAreReadSafelyTest {
    private static final long SEED = Long.getLong("fuzz.seed", System.nanoTime());
    private static final int TEXTS = 100_000;
    private static final int CONFIGURATIONS = 400;

    /** Longer than what a sentence quotes. */
    private static final int MOST_MISTAKES = 1001;

    private static final int MOST_SHOWN = 3000;

    private static final List<String> SAMPLES =
            List.of(
                    "",
                    "0",
                    "1",
                    "65535",
                    "999999999",
                    "2147483648",
                    "99999999999999999999",
                    "500ms",
                    "60s",
                    "2562047h",
                    "999999999h",
                    "1e9s",
                    "off",
                    "auto",
                    "true",
                    "10/1s",
                    "10.0.0.0/8",
                    "::1, 2001:db8::/32",
                    "0.0.0.0/0,::/0",
                    "127.0.0.1:9001:3",
                    "127.0.0.1:9001:256,backup",
                    "[::1]:9001:2",
                    "[fe80::1%eth0]:80",
                    "localhost:80",
                    "unix:/run/app.sock:3,backup",
                    "dns:app.internal.:9000:2,backup",
                    "srv:_http._tcp.app.internal,backup",
                    "0.0.0.0:443",
                    "[::]:443",
                    "*.shop.example.org",
                    "b\u00fccher.example",
                    "least-conn",
                    "/var/log/x.log");

    private static final String CHARACTERS =
            "0123456789abcxyzABC.:,;/[]%*_-+ \t\n\r\0\u0007\u001b\u007f\u0085\u00a0\u00e9\u2028\uff11\u202e\ufeff\"'\\#&!|>{}@`~=";

    @TempDir private Path folder;
    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("lb.yaml");
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder(SAMPLES.get(random.nextInt(SAMPLES.size())));
        for (int i = random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(text.length() + 1);
            switch (random.nextInt(5)) {
                case 0 -> text.insert(at, SAMPLES.get(random.nextInt(SAMPLES.size())));
                case 1 -> text.setLength(at);
                case 2 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(3)));
                case 3 -> {
                    String part = text.substring(at, Math.min(text.length(), at + 8));
                    text.insert(
                            at, part.repeat(random.nextInt(random.nextInt(50) == 0 ? 2000 : 4)));
                }
                default -> text.insert(at, CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
            }
        }
        return text.toString();
    }

    @Test
    @DisplayName("100,000 texts: each is a value, or refused with a short sentence")
    void texts() {
        List<Setting<?>> settings = AllSettings.list();
        int read = 0;
        Random random = new Random(SEED);
        for (int i = 0; i < TEXTS; i++) {
            String text = text(random);
            int kind = random.nextInt(settings.size() + 4);
            try {
                switch (kind) {
                    case 0 -> {
                        Duration time = Durations.parse(text);
                        assertThat(Durations.parse(Durations.toString(time))).isEqualTo(time);
                    }
                    case 1 -> {
                        WantedBackend backend = WantedBackend.parse(text);
                        assertThat(WantedBackend.parse(backend.text())).isEqualTo(backend);
                        assertThat(backend.name()).doesNotContainPattern("\\p{Cntrl}");
                    }
                    case 2 -> ListenAddress.parse(Text.ofCommandLine(text));
                    case 3 -> {
                        ServerNamePattern pattern = ServerNamePattern.parse(text);
                        assertThat(ServerNamePattern.parse(pattern.toString())).isEqualTo(pattern);
                    }
                    default -> settings.get(kind - 4).conversion().convert(text);
                }
                read++;
            } catch (IllegalArgumentException e) {
                String sentence = String.valueOf(e.getMessage());
                boolean isShort = sentence.length() <= MOST_SHOWN + 3 * text.length();
                if (sentence.isBlank() || !isShort) {
                    throw new AssertionError(told(i, text), e);
                }
            } catch (RuntimeException | Error e) {
                throw new AssertionError(told(i, text), e);
            }
        }
        assertThat(read).as("of both kinds").isBetween(TEXTS / 50, TEXTS - TEXTS / 50);
    }

    private static String told(int round, String text) {
        return "-Dfuzz.seed=" + SEED + ", round " + round + ": \"" + text + '"';
    }

    @Test
    @DisplayName("a file and a command line with the same texts are both valid or both refused")
    void entrancesAgree() throws Exception {
        int read = 0;
        Random random = new Random(SEED);
        for (int i = 0; i < CONFIGURATIONS; i++) {
            Map<Setting<?>, String> values = new LinkedHashMap<>();
            for (int n = random.nextInt(4); n > 0; n--) {
                Setting<?> setting =
                        AllSettings.list().get(random.nextInt(AllSettings.list().size()));
                boolean isValid = random.nextBoolean() && !setting.isArgument();
                values.put(setting, isValid ? setting.defaultText() : text(random));
            }
            values.remove(AllSettings.DEMO); // brings its own backends
            values.remove(AllSettings.PORT);
            values.remove(AllSettings.WATCH); // needs a file, which a command line may not have
            String backend = random.nextInt(4) == 0 ? text(random) : "127.0.0.1:9001";
            Configuration byOptions = read(null, commandLine(values, backend), i);
            Files.writeString(file, yaml(values, backend));
            Configuration byFile = read(file.toString(), new Draft(), i);
            String about = told(i, values + ", " + backend);
            assertThat(byFile == null).as(about).isEqualTo(byOptions == null);
            if (byFile != null) {
                assertThat(EffectiveYaml.of(byFile))
                        .as(about)
                        .isEqualTo(EffectiveYaml.of(byOptions));
                read++;
            }
        }
        assertThat(read).isBetween(CONFIGURATIONS / 20, CONFIGURATIONS);
    }

    private static Draft commandLine(Map<Setting<?>, String> values, String backend) {
        Draft draft = new Draft();
        draft.put(AllSettings.PORT, List.of(Text.ofCommandLine("8080")));
        draft.addBackend(Text.ofCommandLine(backend));
        values.forEach((setting, v) -> draft.put(setting, List.of(Text.ofCommandLine(v))));
        return draft;
    }

    private static String yaml(Map<Setting<?>, String> values, String backend) {
        StringBuilder yaml = new StringBuilder("port: 8080\n");
        values.forEach((setting, v) -> yaml.append(setting.key()).append(": ").append(quoted(v)));
        return yaml.append("backends:\n  - ").append(quoted(backend)).toString();
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> quoted.append(String.format("\\u%04x", c)));
        return quoted.append("\"\n").toString();
    }

    /** Null if it is refused. */
    private static Configuration read(String file, Draft draft, int round) {
        try {
            return Configuration.read(file, draft);
        } catch (BadConfigurationException e) {
            assertThat(e.mistakes())
                    .hasSizeBetween(1, MOST_MISTAKES)
                    .allMatch(m -> m.length() < MOST_SHOWN && !m.contains("\n"));
            return null;
        } catch (RuntimeException | Error e) {
            throw new AssertionError(told(round, ""), e);
        }
    }

    private static Stream<byte[]> hostileFiles() {
        String laughs =
                "a: &a [x, x, x, x, x, x, x, x, x]\n"
                        + Stream.of("ba", "cb", "dc", "ed", "fe", "gf", "hg", "ih")
                                .map(FuzzedSettingsAreReadSafelyTest::laugh)
                                .reduce("", String::concat);
        int most = 1 << 20;
        List<String> texts =
                List.of(
                        laughs,
                        "allow: &a [*a]\n",
                        "frontends: &f {f: *f}\npools: *f\n",
                        "&a *a : *a\n",
                        "[".repeat(most - 1),
                        "{".repeat(most - 1),
                        "- ".repeat(most / 2),
                        "? ".repeat(most / 2),
                        "a: ".repeat(most / 3),
                        "\"".repeat(most - 1),
                        "x".repeat(most - 1) + ": 1\n",
                        "x".repeat(most + 1),
                        "a: 1\n".repeat(most / 5),
                        "port: 1\n".repeat(most / 8),
                        "allow: [" + "::1,".repeat(most / 5) + "]\n",
                        "backends: [127.0.0.1:1" + ",backup".repeat(most / 8) + "]\n",
                        "port: " + "9".repeat(most - 100) + "\n",
                        "idle-timeout: 9999999999999h\nport: -0\nmax-clients: 0x10\n",
                        "port:\t8080\n",
                        "\tport: 8080\n",
                        "--- a\n--- b\n".repeat(1000),
                        "%YAML 9.9\n---\nport: 1\n",
                        "!!java.net.URL [\"http://127.0.0.1\"]: 1\n",
                        "port: \"\\ud800\"\n",
                        "\0");
        List<byte[]> files = new ArrayList<>();
        texts.forEach(text -> files.add(text.getBytes(StandardCharsets.UTF_8)));
        files.add(new byte[] {'p', (byte) 0xc3, 0x28});
        files.add("port: 1\n".getBytes(StandardCharsets.UTF_16));
        return files.stream();
    }

    private static String laugh(String names) {
        String of = "*" + names.charAt(1) + ", ";
        return names.charAt(0) + ": &" + names.charAt(0) + " [" + of.repeat(8) + of.strip() + "]\n";
    }

    @ParameterizedTest
    @MethodSource("hostileFiles")
    @DisplayName("aliases without end, deep nesting, a million keys: refused in short sentences")
    void hostileFiles(byte[] content) throws Exception {
        Files.write(file, content);
        assertThat(read(file.toString(), new Draft(), 0)).isNull();
    }

    @Test
    @DisplayName("a byte order mark and CRLF are nothing special")
    void windows() throws Exception {
        Files.writeString(file, "\ufeffport: 8080\r\nbackends:\r\n  - 127.0.0.1:9001\r\n");
        assertThat(read(file.toString(), new Draft(), 0)).isNotNull();
    }
}
