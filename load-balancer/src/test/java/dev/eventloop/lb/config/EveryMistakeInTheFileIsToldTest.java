package dev.eventloop.lb.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file is read as a whole; all that is wrong is told at once, each with its line and column. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class EveryMistakeInTheFileIsToldTest {
    /** For each key that not every text suits: texts that do not, and what is said of them. */
    private static final Map<String, List<String>> WRONG = new TreeMap<>();

    static {
        String number = "is not a whole number from ";
        String time = "is not a duration; write a whole number and its unit, such as 500ms, 60s";
        wrong("port", number + "0 to 65535", "-1", "65536", "http", "80.0", "0x50", "8_080");
        wrong("demo", "is not true or false", "yes", "1", "True", "\"on\"");
        wrong("bind", "is empty", "\"\"", "\"  \"");
        wrong("threads", number + "1 to 1024, or auto", "0", "-2", "1025", "all", "1e1");
        wrong("pin", "is not true or false", "yes", "0", "\"0-1\"");
        wrong("accept", "is not reuseport or exclusive", "shared", "EXCLUSIVE", "true");
        wrong("max-clients", number + "1 to 999999999, or auto", "0", "1000000000", "many");
        wrong("accept-proxy-protocol", "is not true or false", "v1", "TRUE");
        wrong("event-backend", "is empty", "\"\"");
        wrong(
                "algorithm",
                "is not wrr, rr, least-conn, random2 or source-hash",
                "fastest",
                "WRR",
                "least_conn");
        wrong("retries", number + "0 to 999999999", "-1", "two", "2.5");
        wrong("max-conns-per-backend", number + "1 to 999999999, or off", "0", "none", "-1");
        wrong("proxy-protocol", "is not v1 or v2, or off", "v3", "2", "true");
        String tooLong = "is too long; it must be at most 2562047h, which is 292 years";
        for (String key :
                List.of(
                        "idle-timeout",
                        "connect-timeout",
                        "half-close-timeout",
                        "preface-timeout")) {
            wrong(key, time, "60", "1d", "-5s", "1.5s", "5 s", "soon", "\"\"", "\u0665s");
            wrong(key, "is too short; it must be more than 0", "0s", "0ms");
            wrong(key, tooLong, "2562048h", "999999999h", "153722881m");
            if (!key.equals("idle-timeout")) {
                wrong(key, time, "off");
            }
        }
        wrong("drain-timeout", tooLong, "2562048h");
        wrong("max-rate-per-source", tooLong, "1/2562048h");
        wrong("drain-timeout", time, "60", "off");
        wrong("max-connection-age", ", or off", "60", "0s");
        wrong("max-connection-age-jitter", "is no share", "10", "0%", "101%", "ten%", "\"%\"");
        wrong("log-empty", "is not on or off", "true", "no", "OFF");
        wrong("access-log-events", "is not open or close, or several", "all", "\"\"", "\"open,\"");
        wrong("access-log-events", "each once, such as open,close", "\"open,open\"");
        wrong("max-conns-per-source", number + "1 to 999999999, or off", "0", "1/1s");
        wrong("source-prefix", "is no prefix of sources", "0", "129", "33,64", "24,", "a");
        wrong(
                "max-rate-per-source",
                "is no rate",
                "10",
                "/1s",
                "0/1s",
                "10/0s",
                "10/1",
                "10/1s/1s");
        wrong(
                "source-prefix",
                "is no prefix of sources",
                "0",
                "129",
                "33,64",
                "0,64",
                "24,56,8",
                "64,",
                "/64",
                "off");
        wrong(
                "allow",
                "range",
                "example.org",
                "10.0.0.1/8",
                "10.0.0.0/33",
                "::1/129",
                "1.2.3",
                "\"\"",
                "\"10.0.0.0/8,\"");
        wrong("proxy-protocol-from", "range", "example.org", "10.0.0.1/8", "\"\"");
        wrong("deny", "range", "256.0.0.1", "10.0.0.0/-1", "10.0.0.0/", "fe80::1/64");
        wrong("health-check", ", or off", "2", "0s", "never");
        wrong("health-fall", number + "1 to 999999999", "0", "three");
        wrong("health-rise", number + "1 to 999999999", "0", "off");
        wrong("slow-start", ", or off", "10", "slowly");
        wrong("stall-warning", ", or off", "2", "-1s");
        wrong("splice", "is not auto, off or always", "on", "true");
        wrong("on-primary-up", "is not keep or close", "kill", "true");
        wrong("retry-interval", ", or off", "1", "0s");
        wrong("on-backend-down", "is not keep or close", "kill", "true");
        wrong(
                "dns-server",
                "; write IPV4[:PORT]",
                "localhost",
                "127.0.0.1:65536",
                "::1:53",
                "\":53\"");
        wrong("dns-interval", time, "10");
        wrong("dns-interval", "1s or more", "0s", "999ms");
        wrong("admin", "is no address", "9000", "127.0.0.1:http", "\"[::1]\"", "on");
        wrong("admin", "has no path of 1 to 103 bytes", "\"unix:\"", "unix:/" + "x".repeat(103));
        wrong("admin", "can be reached from other machines; give admin-token-file", "0.0.0.0:1");
        wrong("admin", "can be reached from other machines", "\"[::]:1\"", "10.0.0.1:1", "host:1");
        wrong("admin", "has the port that clients connect to", "127.0.0.1:8080");
        wrong("admin-token-file", "is not there", "/no/such/file");
        wrong("admin-token-file", "is a folder", "/");
        wrong(
                "handover",
                "has no path of 1 to 103 bytes",
                "\"\"",
                "\"unix:\"",
                "/" + "x".repeat(103));
        wrong("access-log", "is empty", "\"\"");
        wrong("backends-file", "is empty", "\"\"");
        wrong("watch", "is not true or false", "yes", "1");
        wrong("access-log-format", "is not text or json", "xml", "JSON");
    }

    @TempDir private Path folder;
    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("lb.yaml");
    }

    private static void wrong(String key, String why, String... texts) {
        List<String> cases =
                Arrays.stream(texts).map(text -> text + "\n" + why).collect(Collectors.toList());
        WRONG.merge(key, cases, (a, b) -> Stream.concat(a.stream(), b.stream()).toList());
    }

    private static Stream<Arguments> wrongTexts() {
        return WRONG.entrySet().stream()
                .flatMap(
                        entry ->
                                entry.getValue().stream()
                                        .map(text -> text.split("\n", -1))
                                        .map(
                                                text ->
                                                        Arguments.of(
                                                                entry.getKey(), text[0], text[1])));
    }

    private static Stream<Setting<?>> everySetting() {
        return AllSettings.list().stream();
    }

    @Test
    @DisplayName("there is something wrong for each key")
    void everyKeyHasItsRows() {
        assertThat(WRONG.keySet())
                .containsExactlyInAnyOrderElementsOf(everySetting().map(Setting::key).toList());
    }

    @ParameterizedTest
    @MethodSource("wrongTexts")
    @DisplayName("a text that is no such value")
    void wrongText(String key, String text, String why) throws Exception {
        String prefix = key.equals("port") ? "" : "port: 8080\n";
        int line = key.equals("port") ? 1 : 2;
        String backends = key.equals("demo") ? "" : "backends: [127.0.0.1:9001]\n";
        List<String> mistakes = mistakes(prefix + key + ": " + text + "\n" + backends);
        int column = key.length() + 3;
        assertThat(mistakes.get(0)).startsWith(at(line, column) + key).contains(why);
        assertThat(mistakes).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("everySetting")
    @DisplayName("a mapping, nothing, and a list where a single value is wanted")
    void wrongKind(Setting<?> setting) throws Exception {
        String key = setting.key();
        String at = at(2, key.length() + 3) + key;
        assertThat(mistakes("# \n" + key + ": {a: 1}\n"))
                .contains(at + " is a mapping of keys; write a single value");
        for (String nothing : List.of("", "~", "null")) {
            assertThat(mistakes("#\n" + key + ": " + nothing + "\n"))
                    .anyMatch(
                            mistake ->
                                    mistake.startsWith(file + ":2:")
                                            && mistake.endsWith(
                                                    key
                                                            + " has no value; write one, or leave the key"
                                                            + " out"));
        }
        if (!setting.isRepeatable()) {
            assertThat(mistakes("#\n" + key + ": [1]\n"))
                    .contains(at + " is a list; write a single value");
        } else {
            assertThat(mistakes("#\n" + key + ": [[1.1.1.1]]\n"))
                    .contains(at(2, key.length() + 4) + key + " is a list; write a single value");
        }
    }

    @ParameterizedTest
    @MethodSource("everySetting")
    @DisplayName("a key that is there twice")
    void givenTwice(Setting<?> setting) throws Exception {
        String key = setting.key();
        String text =
                setting.isRepeatable() ? "[]" : setting.isArgument() ? "0" : setting.defaultText();
        assertThat(mistakes(key + ": " + text + "\n\n" + key + ": " + text + "\n"))
                .contains(at(3, 1) + key + " is given twice, first in line 1; give it once");
    }

    @ParameterizedTest
    @CsvSource({
        "idle-timout,idle-timeout",
        "idle_timeout,idle-timeout",
        "Idle-Timeout,idle-timeout",
        "--retries,retries",
        "backend,backends",
        "algoritm,algorithm",
        "max-conn-per-source,max-conns-per-source",
        "alow,allow"
    })
    @DisplayName("an unknown key, and which one may be meant")
    void unknownKey(String key, String meant) throws Exception {
        assertThat(mistakes("port: 1\n" + key + ": 1\nbackends: [127.0.0.1:9001]\n"))
                .containsExactly(
                        at(2, 1) + "\"" + key + "\" is no setting; did you mean " + meant + "?");
    }

    @Test
    @DisplayName("a key that resembles none: all that there are")
    void unknownKeyWithoutAResemblance() throws Exception {
        assertThat(mistakes("port: 1\nfavourite-colour: blue\nbackends: [127.0.0.1:9001]\n"))
                .singleElement()
                .asString()
                .startsWith(at(2, 1) + "\"favourite-colour\" is no setting; there are port, demo")
                .endsWith(", backends");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    127.0.0.1                              | 3:5  | port is missing
                    127.0.0.1:0                            | 3:5  | 1 to 65535
                    127.0.0.1:9001:300                     | 3:5  | weight "300" is not a whole number from 0 to 256
                    127.0.0.1:9001:257                     | 3:5  | 0 to 256
                    127.0.0.1:9001,spare                   | 3:5  | 1 to 65535
                    "[::1:9001"                            | 3:5  | bracket is missing
                    dns:10.0.0.1:9001                      | 3:5  | leave out dns:
                    dns:app.internal                       | 3:5  | port is missing
                    srv:app.internal:1                     | 3:5  | SRV records
                    127.0.0.1:9001,backup                  | 3:5  | every backend is a backup
                    [127.0.0.1:9001]                       | 3:5  | a backend is a list
                    null                                   | 3:5  | a backend has no value
                    {weight: 3}                            | 3:5  | has no address
                    {address: 127.0.0.1:9001, wieght: 3}   | 3:31 | did you mean weight?
                    {address: 127.0.0.1:9001, weight: 300} | 3:39 | weight "300" is not a whole number from 0 to 256
                    {address: 127.0.0.1:9001, weight: 1.5} | 3:39 | 0 to 256
                    {address: 127.0.0.1:9001, weight: [1]} | 3:39 | weight is a list
                    {address: 127.0.0.1:9001, backup: yes} | 3:39 | backup "yes" is not true or false
                    {address: 127.0.0.1:9001, max-conns: 0} | 3:42 | , or off
                    {address: 127.0.0.1:9001, weight: ~}   | 3:39 | weight has no value
                    {address: 127.0.0.1:9001:2, weight: 3} | 3:41 | contradicts
                    {address: "127.0.0.1:9001,backup", backup: false} | 3:48 | contradicts
                    {address: 127.0.0.1:9001, address: 127.0.0.1:9002} | 3:31 | address is given twice
                    {address: "srv:a.b", weight: 3}        | 3:34 | SRV records have their own weights
                    {address: {a: b}}                      | 3:15 | address is a mapping
                    """)
    @DisplayName("a backend that is none")
    void wrongBackend(String backend, String at, String why) throws Exception {
        List<String> mistakes = mistakes("port: 0\nbackends:\n  - " + backend + "\n");
        assertThat(mistakes.get(0)).startsWith(file + ":" + at + ": ").contains(why);
    }

    @Test
    @DisplayName("backends that are no list, or the same")
    void wrongBackends() throws Exception {
        assertThat(mistakes("port: 0\nbackends: 127.0.0.1:9001\n"))
                .singleElement()
                .asString()
                .startsWith(at(2, 11) + "backends is a single value; write a list");
        assertThat(mistakes("port: 0\nbackends: []\n"))
                .singleElement()
                .asString()
                .contains("there are no backends");
        assertThat(
                        mistakes(
                                """
                                port: 0
                                backends:
                                  - 127.0.0.1:9001
                                  - address: 127.0.0.1:9001
                                    weight: 4
                                  - srv:a.b
                                  - srv:a.b,backup
                                """))
                .containsExactly(
                        at(4, 14)
                                + "backend 127.0.0.1:9001 is given twice, first in line 3; give it once,"
                                + " with a higher weight",
                        at(7, 5)
                                + "backend srv:a.b is given twice, first in line 6; give it once, with a"
                                + " higher weight");
    }

    @Test
    @DisplayName("settings that contradict each other")
    void contradictions() throws Exception {
        assertThat(mistakes("demo: true\nbackends: [127.0.0.1:9001]\n"))
                .containsExactly(
                        at(2, 12) + "demo brings its own backends; leave out 127.0.0.1:9001");
        assertThat(mistakes("allow: [10.0.0.0/8, \"::1/128\"]\ndeny: ::1\ndemo: true\n"))
                .containsExactly(
                        at(2, 7)
                                + "deny has ::1/128, which is allowed as well; leave it out"
                                + " in one of the two");
        assertThat(mistakes("deny: [10.0.0.0/8, 10.0.0.0/8]\ndemo: true\n"))
                .containsExactly(at(1, 20) + "deny has 10.0.0.0/8 twice; once will do");
        assertThat(mistakes("bind: ::1\nbackends: [127.0.0.1:9001]\n"))
                .containsExactly(
                        "high_perf_lb: "
                                + file
                                + ": there is no port; write for example port: 8080");
    }

    @Test
    @DisplayName("a token file that is empty or open to others, a token that is short")
    void wrongTokenFile() throws Exception {
        Path token = folder.resolve("token");
        String yaml = "demo: true\nadmin-token-file: " + token + "\n";
        Files.writeString(token, "  \n0123456789abcdef\n");
        Assumptions.assumeTrue(Files.getFileStore(token).supportsFileAttributeView("posix"));
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        assertThat(mistakes(yaml)).singleElement().asString().contains("has no token");
        Files.writeString(token, " 0123456789abcdef \n");
        assertThat(TokenFile.read(token.toString())).isEqualTo("0123456789abcdef");
        assertIsRight(yaml);
        for (String mode : List.of("rw----r--", "rw-r-----", "rw--w----", "rwx--x---")) {
            Files.setPosixFilePermissions(token, PosixFilePermissions.fromString(mode));
            assertThat(mistakes(yaml))
                    .singleElement()
                    .asString()
                    .contains("has the mode " + mode, "chmod 600");
        }
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("r--------"));
        assertIsRight(yaml);
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(token, "0123456789abcde\n");
        assertIsRight(yaml); // only this machine reaches it
        assertThat(mistakes(yaml + "admin: 0.0.0.0:0\n"))
                .singleElement()
                .asString()
                .contains("has a token that has 15 characters", "at least 16");
        Files.writeString(token, "0123456\n");
        assertThat(mistakes(yaml)).singleElement().asString().contains("7 characters");
    }

    @Test
    @DisplayName("all of them together, by line")
    void allAtOnce() throws Exception {
        assertThat(
                        mistakes(
                                """
                                port: 65536
                                retrys: 2
                                backends:
                                  - 127.0.0.1
                                  - address: 127.0.0.1:9002
                                    weight: 300
                                    max-conns: x
                                idle-timeout: 0s
                                allow:
                                  - 10.0.0.0/8
                                  - home
                                deny: 10.0.0.0/8
                                retries: [2]
                                """))
                .extracting(mistake -> mistake.substring(file.toString().length()))
                .extracting(mistake -> mistake.substring(0, mistake.indexOf(' ')))
                .containsExactly(
                        ":1:7:", ":2:1:", ":4:5:", ":6:13:", ":7:16:", ":8:15:", ":11:5:", ":12:7:",
                        ":13:10:");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    port: [1          | :1:9: it is not YAML
                    port: 1\\n  bind: x | :2:7: it is not YAML
                    port: "1          | it is not YAML
                    port: @           | :1:7: it is not YAML
                    \\tport: 1         | :1:1: it is not YAML
                    port: *nobody     | :1:7: it is not YAML
                    - port            | :1:1: it is no list of settings
                    just text         | :1:1: it is no list of settings
                    a: 1\\n---\\nb: 2   | :2:1: another document begins here
                    ? [port]\\n: 1      | :1:3: a key is a list
                    port: !!js 5      | port has the tag
                    port: !mine 5     | port has the tag
                    a\\u0000b          | :1:2: the character U+0000
                    a: \\u0007         | :1:4: the character U+0007
                    """)
    @DisplayName("what is no YAML, or no mapping")
    void noYaml(String text, String why) throws Exception {
        String yaml =
                text.replace("\\n", "\n")
                        .replace("\\t", "\t")
                        .replace("\\u0000", "\0")
                        .replace("\\u0007", "\7");
        assertThat(mistakes(yaml)).anySatisfy(mistake -> assertThat(mistake).contains(why));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "# nothing but this\n", "\uFEFF"})
    @DisplayName("a file with nothing in it")
    void emptyFile(String text) throws Exception {
        assertThat(mistakes(text))
                .containsExactly(
                        "high_perf_lb: "
                                + file
                                + ": the file is empty; write KEY: VALUE in lines, such as port: 8080");
    }

    @Test
    @DisplayName("binary junk")
    void binaryFile() throws Exception {
        Files.write(file, new byte[] {'a', ':', '\n', (byte) 0xff, (byte) 0xfe, 0, 1});
        assertThat(mistakes()).containsExactly(at(2, 1) + "it is not UTF-8; is it a text file?");
        Files.write(file, "port: \u00e4".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(mistakes()).containsExactly(at(1, 7) + "it is not UTF-8; is it a text file?");
        byte[] zeros = new byte[(1 << 20) + 1];
        Files.write(file, zeros);
        assertThat(mistakes())
                .containsExactly(
                        "high_perf_lb: "
                                + file
                                + ": it is longer than 1 MiB; it is no configuration");
    }

    @Test
    @DisplayName("aliases that expand exponentially or into themselves, and endless nesting")
    void bombs() throws Exception {
        StringBuilder laughs = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 30; i++) {
            laughs.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
        }
        assertThat(mistakes(laughs + "allow: *a29\n"))
                .anyMatch(mistake -> mistake.endsWith("allow is a list; write a single value"));
        assertThat(mistakes("allow: &a [*a]\ndemo: true\n"))
                .anyMatch(mistake -> mistake.endsWith("allow is a list; write a single value"));
        assertThat(mistakes("allow: " + "[".repeat(100_000)))
                .containsExactly(at(1, 23) + "this is nested deeper than a configuration can be");
        assertThat(mistakes("{? ".repeat(100_000))).hasSize(1);
    }

    @Test
    @DisplayName("a file that is missing, is a folder, or may not be read")
    void noFile() throws Exception {
        assertThat(mistakes())
                .containsExactly(
                        "high_perf_lb: "
                                + file
                                + ": there is no such file; name one that is there");
        Files.createDirectory(file);
        assertThat(mistakes())
                .containsExactly("high_perf_lb: " + file + ": it is a folder; name a file");
        Files.delete(file);
        Files.writeString(file, "demo: true\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        Assumptions.assumeFalse(Files.isReadable(file), "nothing is forbidden to root");
        assertThat(mistakes())
                .containsExactly("high_perf_lb: " + file + ": permission to read it is denied");
    }

    private String at(int line, int column) {
        return file + ":" + line + ":" + column + ": ";
    }

    private List<String> mistakes(String yaml) throws IOException {
        Files.writeString(file, yaml);
        return mistakes();
    }

    private void assertIsRight(String yaml) throws Exception {
        Files.writeString(file, yaml);
        assertThat(Configuration.read(file.toString(), new Draft())).isNotNull();
    }

    private List<String> mistakes() {
        try {
            Configuration.read(file.toString(), new Draft());
        } catch (BadConfigurationException e) {
            assertThat(e.mistakes()).isNotEmpty().allMatch(m -> m.indexOf('\n') < 0);
            return e.mistakes();
        }
        throw new AssertionError("nothing is found to be wrong with " + file);
    }
}
