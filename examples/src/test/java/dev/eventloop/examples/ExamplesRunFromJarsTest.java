package dev.eventloop.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The arguments that examples/run passes to java when everything is built. */
@Tag("real")
class ExamplesRunFromJarsTest {
    @TempDir Path home;

    @Test
    @DisplayName("all classes come from jars: in a folder each class takes a file descriptor")
    void classPath() throws Exception {
        Path examples = Files.createDirectories(home.resolve("examples"));
        Files.createDirectories(
                examples.resolve("src/main/java/dev/eventloop/examples/httpserver"));
        Files.createFile(Files.createDirectories(examples.resolve("target")).resolve("built"));
        Path run = Files.copy(Path.of("run"), examples.resolve("run"));
        Files.copy(
                Path.of("../launch/find-java"),
                Files.createDirectories(home.resolve("launch")).resolve("find-java"));
        Path java = Files.createDirectories(home.resolve("jdk/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
        String command = "JAVA_HOME=" + home.resolve("jdk") + " sh " + run + " http-server 8000 .";
        List<String> arguments = Program.run("sh", "-c", command).lines().toList();
        assertThat(arguments)
                .endsWith("dev.eventloop.examples.httpserver.Main", "8000", ".")
                .containsSequence("-cp", examples.resolve("target/libraries") + "/*");
    }
}
