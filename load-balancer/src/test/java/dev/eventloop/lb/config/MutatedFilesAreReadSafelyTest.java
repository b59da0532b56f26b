package dev.eventloop.lb.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A file that was changed at random is read, or refused with {@link BadConfigurationException}, and
 * nothing else. What is read is written as a file that reads the same.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class MutatedFilesAreReadSafelyTest {
    private static final int ROUNDS = 1000;
    private static final int MOST_CHANGES = 4;
    private static final String CHARACTERS =
            " \n:-,[]{}\"'#&*!|>%@`?~\\\u0007\u00e9\u20ac\0azAZ09._/";

    /** Texts that have a meaning somewhere in a file. */
    private static final List<String> WORDS =
            List.of(
                    "off",
                    "auto",
                    "null",
                    "999999999h",
                    "-1",
                    ",backup",
                    ",backup,backup",
                    "dns:",
                    "srv:",
                    "unix:",
                    "\"unix:/a\\0b\"",
                    "\"a\\nb\"",
                    "::",
                    "[::]:0",
                    "0.0.0.0:8443",
                    "localhost:6432",
                    "*",
                    "*.",
                    "xn--a",
                    "\u00df",
                    "default",
                    "frontends:",
                    "pools:",
                    "routes:",
                    "bind:",
                    "pool:",
                    "{}",
                    "[]",
                    "&a",
                    "*a",
                    "<<: *a",
                    "---\n",
                    "? ",
                    "!!binary ");

    @TempDir private Path folder;
    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("lb.yaml");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../docs/lb.yaml", "../docs/examples/two-services.yaml"})
    @DisplayName("mutations of the example files")
    void mutationsAreReadOrRefused(String example) throws Exception {
        String text = Files.readString(Path.of(example)).replaceAll("(?m) *#.*$", "");
        List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
        int read = 0;
        int refused = 0;
        for (int seed = 0; seed < ROUNDS; seed++) {
            String mutation = mutation(lines, new Random(seed));
            Files.writeString(file, mutation);
            try {
                isReadTheSame(Configuration.read(file.toString(), new Draft()));
                read++;
            } catch (BadConfigurationException e) {
                assertThat(e.mistakes()).isNotEmpty().allMatch(m -> m.indexOf('\n') < 0);
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ":\n" + mutation, e);
            }
        }
        assertThat(read).as("read").isPositive();
        assertThat(refused).as("refused").isPositive();
    }

    private void isReadTheSame(Configuration configuration) throws Exception {
        String effective = EffectiveYaml.of(configuration);
        Files.writeString(file, effective);
        try {
            Configuration again = Configuration.read(file.toString(), new Draft());
            assertThat(EffectiveYaml.of(again)).isEqualTo(effective);
            assertThat(Changes.between(configuration, again)).isEmpty();
        } catch (BadConfigurationException e) {
            throw new AssertionError("what was written is refused:\n" + effective, e);
        }
    }

    private static String mutation(List<String> lines, Random random) {
        List<String> changed = new ArrayList<>(lines);
        for (int i = random.nextInt(MOST_CHANGES); i >= 0; i--) {
            int at = random.nextInt(changed.size());
            String line = changed.get(at);
            int column = random.nextInt(line.length() + 1);
            switch (random.nextInt(8)) {
                case 0 -> changed.add(at, lines.get(random.nextInt(lines.size())));
                case 1 -> changed.set(at, line.substring(0, column));
                case 2 -> changed.set(at, "  " + line);
                case 3 -> changed.set(at, line.stripLeading());
                case 4 -> changed.set(at, insert(line, column, anyOf(WORDS, random)));
                case 5 -> changed.set(at, replaceValue(line, anyOf(WORDS, random)));
                case 6 -> {
                    int index = random.nextInt(CHARACTERS.length());
                    changed.set(at, insert(line, column, CHARACTERS.substring(index, index + 1)));
                }
                default -> {
                    if (changed.size() > 1) {
                        changed.remove(at);
                    }
                }
            }
        }
        return String.join("\n", changed) + "\n";
    }

    private static String anyOf(List<String> words, Random random) {
        return words.get(random.nextInt(words.size()));
    }

    private static String insert(String line, int column, String text) {
        return line.substring(0, column) + text + line.substring(column);
    }

    private static String replaceValue(String line, String value) {
        int colon = line.indexOf(": ");
        return colon < 0 ? line : line.substring(0, colon + 2) + value;
    }

    @Test
    @DisplayName("9000 times ,backup: a short sentence, in each kind of backend")
    void endlessBackups() throws Exception {
        for (String backend : List.of("127.0.0.1:1", "unix:/run/a", "dns:a.b:1", "srv:a.b")) {
            Files.writeString(
                    file, "port: 8080\nbackends:\n  - " + backend + ",backup".repeat(9000) + "\n");
            assertThat(mistakes())
                    .singleElement()
                    .asString()
                    .contains("it says ,backup more than once; write it once, at the end")
                    .hasSizeLessThan(1000);
        }
    }

    private List<String> mistakes() {
        try {
            Configuration.read(file.toString(), new Draft());
        } catch (BadConfigurationException e) {
            return e.mistakes();
        }
        return List.of();
    }
}
