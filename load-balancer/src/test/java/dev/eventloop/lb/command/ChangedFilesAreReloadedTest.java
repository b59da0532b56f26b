package dev.eventloop.lb.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.lb.fixture.LbProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * With --watch, the file of the configuration and its backends-files are read again when they
 * change, however they are changed. A file with a mistake changes nothing.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class ChangedFilesAreReloadedTest {
    @TempDir private Path folder;
    private NamedServer a;
    private NamedServer b;

    @BeforeEach
    void start() throws IOException {
        a = NamedServer.start("A");
        b = NamedServer.start("B");
    }

    @AfterEach
    void stop() throws Exception {
        a.close();
        b.close();
    }

    private static String yaml(NamedServer server) {
        return "port: 0\nbackends:\n  - 127.0.0.1:" + server.port() + "\n";
    }

    private static String line(NamedServer server) {
        return "127.0.0.1:" + server.port() + "\n";
    }

    private static void assertServes(String name, JavaProgram lb) throws Exception {
        Await.until(name + " is asked: " + lb, () -> NamedServer.ask(lb.port()).equals(name));
    }

    private static void awaitError(JavaProgram lb, String part) throws Exception {
        Await.until(
                part + ": " + lb, () -> lb.err().stream().anyMatch(line -> line.contains(part)));
    }

    @Test
    @DisplayName("written in place, replaced, removed and made anew, and with a mistake")
    void everyWay() throws Exception {
        Path file = Files.writeString(folder.resolve("lb.yaml"), yaml(a));
        try (JavaProgram lb = LbProcess.start("--config", file.toString(), "--watch")) {
            assertServes("A", lb);
            Files.writeString(file, yaml(b)); // in place
            assertServes("B", lb);
            Path next = Files.writeString(folder.resolve(".lb.yaml.swp"), yaml(a)); // as editors do
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            assertServes("A", lb);
            Files.delete(file);
            awaitError(lb, "there is no such file");
            Files.writeString(file, yaml(b));
            assertServes("B", lb);
            Files.writeString(file, yaml(a) + "threads: many\n");
            awaitError(lb, "threads \"many\" is not");
            assertThat(NamedServer.ask(lb.port(), 4)).isEqualTo("BBBB");
            Files.writeString(file, yaml(a));
            assertServes("A", lb);
            assertThat(lb.err()).noneMatch(line -> line.contains("Exception"));
        }
    }

    @Test
    @DisplayName("a volume of Kubernetes, whose link comes to name another folder")
    void volume() throws Exception {
        version("1", a);
        Path data = Files.createSymbolicLink(folder.resolve("..data"), Path.of("1"));
        Path file = Files.createSymbolicLink(folder.resolve("lb.yaml"), Path.of("..data/lb.yaml"));
        try (JavaProgram lb = LbProcess.start("--config", file.toString(), "--watch")) {
            assertServes("A", lb);
            for (int i = 2; i <= 5; i++) {
                version(Integer.toString(i), i % 2 == 0 ? b : a);
                Path next =
                        Files.createSymbolicLink(
                                folder.resolve("..data_tmp"), Path.of(Integer.toString(i)));
                Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);
                Files.delete(folder.resolve((i - 1) + "/lb.yaml"));
                Files.delete(folder.resolve(Integer.toString(i - 1)));
                assertServes(i % 2 == 0 ? "B" : "A", lb);
            }
            assertThat(lb.err()).noneMatch(line -> line.contains("ERROR"));
        }
    }

    private void version(String name, NamedServer server) throws IOException {
        Path version = Files.createDirectory(folder.resolve(name));
        Files.writeString(version.resolve("lb.yaml"), yaml(server));
    }

    @Test
    @DisplayName("a backends-file, without a configuration; and one that has no backend any more")
    void backendsFile() throws Exception {
        Path file = Files.writeString(folder.resolve("backends"), "# of the site\n" + line(a));
        try (JavaProgram lb = LbProcess.start("0", "--backends-file", file.toString(), "--watch")) {
            assertServes("A", lb);
            Files.writeString(file, line(b));
            assertServes("B", lb);
            Files.writeString(file, "\n# nothing\n");
            awaitError(lb, "it has no backends; write one on each line");
            assertThat(NamedServer.ask(lb.port(), 4)).isEqualTo("BBBB");
            Files.writeString(file, line(a) + line(b));
            assertServes("A", lb);
            assertServes("B", lb);
            Path old = folder.resolve("old");
            Files.move(file, old);
            awaitError(lb, "there is no such file");
            Files.writeString(old, line(a)); // is not watched any more
            Files.writeString(file, line(b));
            Await.until("only B is left", () -> NamedServer.ask(lb.port(), 4).equals("BBBB"));
        }
    }

    @Test
    @DisplayName("watching begins and ends with the file's own setting; SIGHUP reads it regardless")
    void setting() throws Exception {
        Path list = Files.writeString(folder.resolve("backends"), line(a));
        String yaml = "port: 0\nbackends-file: " + list + "\n";
        Path file = Files.writeString(folder.resolve("lb.yaml"), yaml);
        try (JavaProgram lb = LbProcess.start("--config", file.toString())) {
            assertServes("A", lb);
            Files.writeString(list, line(b));
            lb.signal("HUP");
            assertServes("B", lb);
            Files.writeString(file, yaml + "watch: true\n");
            lb.signal("HUP");
            awaitError(lb, "watch is true now");
            Files.writeString(list, line(a));
            assertServes("A", lb);
            Files.writeString(file, yaml);
            awaitError(lb, "watch is false now");
            Files.writeString(list, line(b));
            assertThat(NamedServer.ask(lb.port(), 4)).isEqualTo("AAAA");
            lb.signal("HUP");
            assertServes("B", lb);
        }
    }
}
