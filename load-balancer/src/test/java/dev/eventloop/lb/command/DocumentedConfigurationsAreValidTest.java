package dev.eventloop.lb.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.config.BadConfigurationException;
import dev.eventloop.lb.config.Configuration;
import dev.eventloop.lb.config.Draft;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every configuration file in the tree, and every whole one in its documents, is valid. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class DocumentedConfigurationsAreValidTest {
    private static final List<Path> FOLDERS = List.of(Path.of("../docs"), Path.of("../deploy"));

    /** A file inside a ConfigMap of Kubernetes. */
    private static final Pattern IN_CONFIG_MAP = Pattern.compile("(?m)^  [a-z]+\\.yaml: \\|\\n");

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```yaml\\n(.*?)^```$");
    private static final Pattern WHOLE = Pattern.compile("(?m)^(frontends|port):");

    @TempDir private Path folder;

    @Test
    @DisplayName("files: --dry-run shows them")
    void files() throws Exception {
        List<Path> configurations = new ArrayList<>();
        for (Path file : files(".yaml")) {
            String text = Files.readString(file);
            if (IN_CONFIG_MAP.matcher(text).find()) {
                configurations.add(copy(inConfigMap(text)));
            } else if (WHOLE.matcher(text).find()) {
                configurations.add(file);
            }
        }
        assertThat(configurations).hasSizeGreaterThanOrEqualTo(3);
        for (Path file : configurations) {
            assertThat(dryRun(file)).as("%s", file).contains("# Clients at a time: ");
        }
    }

    @Test
    @DisplayName("frontends without max-clients share the limit of open files, and are named")
    void sharedLimit() throws Exception {
        assertThat(dryRun(Path.of("../docs/examples/two-services.yaml")))
                .containsOnlyOnce("# Clients at a time: ")
                .contains(", together, of web, postgres");
    }

    @Test
    @DisplayName("documents: blocks with a port or frontends")
    void documents() throws Exception {
        int read = 0;
        List<Path> documents = files(".md");
        documents.add(Path.of("../README.md"));
        for (Path document : documents) {
            Matcher block = BLOCK.matcher(Files.readString(document));
            while (block.find()) {
                if (WHOLE.matcher(block.group(1)).find()) {
                    isRead(document, block.group(1));
                    read++;
                }
            }
        }
        assertThat(read).isPositive();
    }

    private void isRead(Path document, String block) throws IOException {
        try {
            Configuration.read(copy(block).toString(), new Draft());
        } catch (BadConfigurationException e) {
            throw new AssertionError(document + ": " + e.mistakes() + " in\n" + block, e);
        }
    }

    private static List<Path> files(String extension) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path root : FOLDERS) {
            try (Stream<Path> all = Files.walk(root)) {
                all.filter(file -> file.toString().endsWith(extension)).forEach(files::add);
            }
        }
        return files;
    }

    private String inConfigMap(String text) throws IOException {
        Matcher start = IN_CONFIG_MAP.matcher(text);
        assertThat(start.find()).isTrue();
        Path token =
                Files.writeString(folder.resolve("token"), "0123456789abcdef0123456789abcdef\n");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        return text.substring(start.end())
                .replaceAll("(?m)^    ", "")
                .replaceAll("(?m)^admin-token-file: .*$", "admin-token-file: " + token);
    }

    private Path copy(String text) throws IOException {
        Path file = Files.createTempFile(folder, "lb", ".yaml");
        return Files.writeString(file, text);
    }

    private static String dryRun(Path file) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        HighPerfLb.execute(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                "--config",
                file.toString(),
                "--dry-run");
        return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
    }
}
