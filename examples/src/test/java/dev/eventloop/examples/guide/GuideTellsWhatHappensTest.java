package dev.eventloop.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The guide quotes code that runs, and shows what it prints. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class GuideTellsWhatHappensTest {
    private static final Path PAGES = Path.of("../docs/guide");
    private static final Path SOURCES = Path.of("src/main/java/dev/eventloop/examples/guide");
    private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final int QUICK = 4;

    static IntStream chapters() {
        return IntStream.rangeClosed(1, Main.CHAPTERS.size());
    }

    private static String page(int chapter) throws IOException {
        try (Stream<Path> pages = Files.list(PAGES)) {
            Path page =
                    pages.filter(path -> path.getFileName().toString().startsWith(chapter + "-"))
                            .findFirst()
                            .orElseThrow();
            return Files.readString(page);
        }
    }

    private static List<String> printed(int chapter, int scale) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            Main.CHAPTERS.get(chapter - 1).run(out, scale);
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @ParameterizedTest
    @MethodSource("chapters")
    @DisplayName("each code block is in the chapter's experiment, word for word")
    void codeIsQuoted(int chapter) throws Exception {
        String name = Main.CHAPTERS.get(chapter - 1).getClass().getSimpleName();
        String source = squeezed(Files.readString(SOURCES.resolve(name + ".java")));
        Matcher code = CODE.matcher(page(chapter));
        int pieces = 0;
        while (code.find()) {
            assertThat(source).contains(squeezed(code.group(1)));
            pieces++;
        }
        assertThat(pieces).isPositive();
    }

    private static String squeezed(String code) {
        return code.replaceAll("\\s+", " ").strip();
    }

    @ParameterizedTest
    @MethodSource("chapters")
    @DisplayName("each line that an experiment prints is on its page, apart from the figures")
    void linesAreShown(int chapter) throws Exception {
        assumeLinux();
        List<String> shown =
                page(chapter).lines().map(GuideTellsWhatHappensTest::withoutFigures).toList();
        List<String> lines = printed(chapter, QUICK);
        assertThat(lines).isNotEmpty();
        for (String line : lines) {
            assertThat(shown).contains(withoutFigures(line));
        }
    }

    private static String withoutFigures(String line) {
        return line.replaceAll("[\\d,.]*\\d", "#").replaceAll(" +", " ").strip();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 7})
    @DisplayName("where no time is measured, the figures are those on the page")
    void figuresAreThose(int chapter) throws Exception {
        assumeLinux();
        assertThat(page(chapter).lines().toList()).containsAll(printed(chapter, 100));
    }

    @ParameterizedTest
    @ValueSource(ints = {4})
    @DisplayName("with backpressure the program buffers less than without")
    void backpressureHolds(int chapter) throws Exception {
        List<String> lines = printed(chapter, 10);
        assertThat(buffered(lines.get(2))).isLessThan(buffered(lines.get(1)) / 10);
    }

    private static long buffered(String line) {
        Matcher figure = Pattern.compile("([\\d,]+) buffered").matcher(line);
        assertThat(figure.find()).isTrue();
        return Long.parseLong(figure.group(1).replace(",", ""));
    }

    private static void assumeLinux() {
        assumeTrue(
                System.getProperty("os.name").equals("Linux")
                        && System.getProperty("eventloop.backend") == null,
                "the pages show what Linux prints, with epoll");
    }
}
