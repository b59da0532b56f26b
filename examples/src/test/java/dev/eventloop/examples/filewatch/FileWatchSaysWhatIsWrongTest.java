package dev.eventloop.examples.filewatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each error is one sentence: exit code 2 for wrong arguments, 1 for a failure. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class FileWatchSaysWhatIsWrongTest {
    @TempDir Path folder;

    static Stream<Arguments> mistakes() {
        return Stream.of(
                Arguments.of("", 2, "Missing required parameter: 'DIR'"),
                Arguments.of("FOLDER --debounce=-1", 2, "whole number from 0 to 3600000"),
                Arguments.of("FOLDER --only=[", 2, "--only '[' is not a valid pattern"),
                Arguments.of("FOLDER --pid=4194305", 2, "no such process"),
                Arguments.of("FOLDER/none", 1, "No such file or directory (ENOENT)"),
                Arguments.of("FOLDER/file", 1, "is not a folder; give the folder that contains it"),
                Arguments.of("FOLDER --now -- no-such-program", 1, "\"no-such-program\""));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    @DisplayName("a mistake is one sentence")
    void oneSentence(String line, int exitCode, String sentence) throws Exception {
        Files.createFile(folder.resolve("file"));
        String[] arguments =
                line.isEmpty()
                        ? new String[0]
                        : line.replace("FOLDER", folder.toString()).split(" ", -1);
        try (RunningFileWatch watch = RunningFileWatch.start(arguments)) {
            assertThat(watch.awaitExit()).isEqualTo(exitCode);
            assertThat(watch.count("file-watch: ")).isEqualTo(1);
            assertThat(watch.output()).contains(sentence).doesNotContain("\tat ");
        }
    }
}
