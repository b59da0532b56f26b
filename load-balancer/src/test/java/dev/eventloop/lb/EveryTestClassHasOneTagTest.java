package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A run with one tag silently skips a test class that has no tag. This test reads the sources of
 * all modules, since no module has the test classes of all others on its class path.
 */
@Tag("fast")
class EveryTestClassHasOneTagTest {
    private static final Path ROOT = Path.of("..");

    /** ArchUnit has its own test engine, which reads ArchTag and ignores Tag. */
    private static final Pattern TAG = Pattern.compile("(?m)^@(?:Arch)?Tag\\(\"(.*)\"\\)$");

    @Test
    @DisplayName(
            "every test class of every module has exactly one tag: fast, real, simulation or chaos")
    void oneTagEach() throws Exception {
        List<Path> files = testClasses();
        assertThat(files).hasSizeGreaterThan(150);
        for (Path file : files) {
            List<String> tags =
                    TAG.matcher(Files.readString(file)).results().map(tag -> tag.group(1)).toList();
            assertThat(tags)
                    .as("tags of %s", file)
                    .hasSize(1)
                    .isSubsetOf("fast", "real", "simulation", "chaos");
        }
    }

    private static List<Path> testClasses() throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> modules =
                Files.newDirectoryStream(ROOT, path -> Files.exists(path.resolve("pom.xml")))) {
            for (Path module : modules) {
                Path tests = module.resolve("src/test/java");
                if (Files.isDirectory(tests)) {
                    try (Stream<Path> sources = Files.walk(tests)) {
                        sources.filter(file -> file.toString().endsWith("Test.java"))
                                .forEach(files::add);
                    }
                }
            }
        }
        return files;
    }
}
