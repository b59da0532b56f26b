package dev.eventloop.lb.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.eventloop.lb.fixture.Fuzz;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A backends-file is a part of the configuration: of its pool, and with all of its mistakes. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class BackendsFilesAreCheckedTest {
    @TempDir private Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private Configuration read(String yaml) throws Exception {
        return Configuration.read(file("lb.yaml", yaml).toString(), new Draft());
    }

    private List<String> mistakes(String yaml) {
        return catchThrowableOfType(BadConfigurationException.class, () -> read(yaml)).mistakes();
    }

    private static List<String> backends(Configuration configuration, int pool) {
        return configuration.pools().get(pool).backends().stream()
                .map(WantedBackend::text)
                .toList();
    }

    @Test
    @DisplayName("it may have comments, empty lines and every form of a backend, beside others")
    void read() throws Exception {
        Path more =
                file(
                        "more",
                        "# ours\r\n\n  127.0.0.1:9002:3 # big\r\n"
                                + "unix:/run/a#b:2,backup\n\t[::1]:9003\nsrv:_app._tcp.internal");
        Configuration configuration =
                read("port: 0\nbackends: [127.0.0.1:9001]\nbackends-file: " + more + "\n");
        assertThat(backends(configuration, 0))
                .containsExactly(
                        "127.0.0.1:9001:1",
                        "127.0.0.1:9002:3",
                        "unix:/run/a#b:2,backup",
                        "[::1]:9003:1",
                        "srv:_app._tcp.internal");
        assertThat(configuration.files().fingerprints())
                .containsOnlyKeys(folder.resolve("lb.yaml").toString(), more.toString());
        assertThat(EffectiveYaml.of(configuration))
                .contains("backends-file: " + more)
                .contains("127.0.0.1:9001")
                .doesNotContain("9002");
    }

    @Test
    @DisplayName("2,000 mutations are read, or refused with sentences that name the file")
    void mutations() throws Exception {
        Path more = folder.resolve("more");
        String yaml =
                file("lb.yaml", "port: 0\nbackends-file: " + more + "\nbackends: [10.0.0.1:1]\n")
                        .toString();
        List<byte[]> valid =
                Stream.of(
                                "# ours\n127.0.0.1:9001:3,backup\r\n[::1]:9002\n",
                                "unix:/run/a.sock:2 # b\ndns:app.internal:80:2\n",
                                "srv:_app._tcp.internal\nlocalhost:9003:256\n\n")
                        .map(text -> text.getBytes(StandardCharsets.UTF_8))
                        .toList();
        int[] count = new int[2];
        Fuzz.bytes(
                2_000,
                valid,
                (bytes, random) -> {
                    Files.write(more, bytes);
                    try {
                        Configuration configuration = Configuration.read(yaml, new Draft());
                        assertThat(backends(configuration, 0)).doesNotHaveDuplicates();
                        count[0]++;
                    } catch (BadConfigurationException e) {
                        assertThat(e.mistakes()).allMatch(line -> line.contains(more + ":"));
                        count[1]++;
                    }
                });
        assertThat(count[0]).as("read").isGreaterThan(100);
        assertThat(count[1]).as("refused").isGreaterThan(100);
    }

    @Test
    @DisplayName("each pool has its own, or that of the top level")
    void ofPools() throws Exception {
        Path one = file("one", "127.0.0.1:9001");
        Path all = file("all", "127.0.0.1:9009");
        Configuration configuration =
                read(
                        "backends-file: "
                                + all
                                + "\nfrontends:\n  web: {bind: 127.0.0.1:8080, pool: a}\n"
                                + "pools:\n  a: {backends-file: "
                                + one
                                + "}\n  b: {}\n");
        assertThat(configuration.poolNames()).containsExactly("a", "b");
        assertThat(backends(configuration, 0)).containsExactly("127.0.0.1:9001:1");
        assertThat(backends(configuration, 1)).containsExactly("127.0.0.1:9009:1");
    }

    @Test
    @DisplayName("each mistake is told with its file, line and column")
    void wrong() throws Exception {
        Path more = file("more", "127.0.0.1:9002\n\n  127.0.0.1\n127.0.0.1:9001:5\n");
        assertThat(mistakes("port: 0\nbackends: [127.0.0.1:9001]\nbackends-file: " + more + "\n"))
                .hasSize(2)
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).startsWith(more + ":3:3: backend 127.0.0.1"),
                        line ->
                                assertThat(line)
                                        .startsWith(more + ":4:1: backend 127.0.0.1:9001 is given")
                                        .contains("first in line 2 of " + folder));
    }

    @Test
    @DisplayName("one that is missing, a folder, empty, binary or too long is a mistake")
    void unreadable() throws Exception {
        String yaml = "port: 0\nbackends-file: ";
        Path missing = folder.resolve("missing");
        assertThat(mistakes(yaml + missing))
                .containsExactly(
                        "high_perf_lb: "
                                + missing
                                + ": there is no such file; name one that is there");
        assertThat(mistakes(yaml + "\"/no/such\\nfile\""))
                .containsExactly(
                        "high_perf_lb: /no/such?file: there is no such file; name one that is"
                                + " there");
        assertThat(mistakes(yaml + folder)).singleElement().asString().contains("it is a folder");
        Path empty = file("empty", "# nothing\n");
        assertThat(mistakes(yaml + empty))
                .containsExactly(
                        "high_perf_lb: "
                                + empty
                                + ": it has no backends; write one on each line, for example"
                                + " 127.0.0.1:9001");
        assertThat(mistakes(yaml + file("binary", "a\0b"))).hasSize(1);
        assertThat(mistakes(yaml + file("long", "#".repeat(1 << 20) + "\n127.0.0.1:1")))
                .singleElement()
                .asString()
                .contains("it is longer than 1 MiB");
    }
}
