package dev.eventloop.examples.c10k;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.JavaProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole experiment as a process, with few connections. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class C10kRunsAsAProcessTest {
    private static final String FIGURES = "( +[0-9.,]+ [µm]s)";

    @Test
    @DisplayName(
            "a row per step with a figure per backend, a text chart, a conclusion, an SVG file")
    void showsTheLesson(@TempDir Path folder) throws Exception {
        Path svg = folder.resolve("chart.svg");
        try (JavaProgram c10k =
                JavaProgram.start(Main.class, "500", "--millis", "5", "--svg", svg.toString())) {
            assertThat(c10k.awaitExit()).as("%s", c10k).isZero();
            assertThat(c10k.err()).isEmpty();
            for (String idle : List.of("10", "30", "100", "300", "500")) {
                assertThat(c10k.out())
                        .filteredOn(line -> line.matches(" +" + idle + FIGURES + "{3,}"))
                        .hasSize(1);
            }
            assertThat(c10k.out())
                    .anyMatch(line -> line.contains("idle connections; s select, p poll"))
                    .anyMatch(line -> line.startsWith("From 10 to 500 idle connections"))
                    .last()
                    .isEqualTo("The chart is in " + svg + ".");
            assertThat(Files.readString(svg)).startsWith("<svg ").endsWith("</svg>\n");
        }
    }

    @Test
    @DisplayName("too low a limit of open files is reported, and what fits is measured")
    void limitIsRespected() throws Exception {
        try (JavaProgram c10k =
                JavaProgram.startWithOpenFiles(
                        150, Main.class, "1000", "--millis", "5", "--backends", "poll")) {
            assertThat(c10k.awaitExit()).as("%s", c10k).isZero();
            assertThat(c10k.err()).isEmpty();
            assertThat(c10k.out())
                    .anyMatch(
                            line ->
                                    line.startsWith(
                                            "1,000 connections cannot be reached: this process may open"
                                                    + " 150 files (ulimit -n), which leaves room for "))
                    .anyMatch(line -> line.matches(" +30" + FIGURES));
        }
        try (JavaProgram c10k = JavaProgram.startWithOpenFiles(60, Main.class)) {
            assertThat(c10k.awaitExit()).as("%s", c10k).isEqualTo(1);
            assertThat(c10k.err()).singleElement().asString().contains("raise ulimit -n");
        }
    }

    @Test
    @DisplayName("on a signal it exits with 0, and its child process exits, too")
    void signalEndsBoth() throws Exception {
        try (JavaProgram c10k = JavaProgram.start(Main.class, "50", "--millis", "60000")) {
            Await.until("the child process runs", () -> !c10k.children().isEmpty());
            ProcessHandle farEnd = c10k.children().get(0);
            c10k.awaitOut(" idle ");
            assertThat(c10k.signal("INT").awaitExit()).as("%s", c10k).isZero();
            assertThat(c10k.out()).last().isEqualTo("stopped");
            Await.until("the other process ends", () -> !farEnd.isAlive());
        }
    }

    @Test
    @DisplayName("if its child process dies: exit code 1 and one sentence")
    void farEndMayDie() throws Exception {
        try (JavaProgram c10k = JavaProgram.start(Main.class, "50", "--millis", "1000")) {
            c10k.awaitOut(" idle ");
            Await.until("the child process runs", () -> !c10k.children().isEmpty());
            assertThat(c10k.children().get(0).destroyForcibly()).isTrue();
            assertThat(c10k.awaitExit()).as("%s", c10k).isEqualTo(1);
            assertThat(c10k.err()).singleElement().asString().startsWith("c10k: ");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0,CONNECTIONS 0 is not a whole number from 1",
        "--busy=0,--busy 0 is not a whole number from 1",
        "--millis=-3,--millis -3 is not a whole number from 1",
        "--backends=magic,available are select",
        "ten,'ten'"
    })
    @DisplayName("wrong arguments: exit code 2 and one sentence")
    void wrongArguments(String argument, String sentence) throws Exception {
        try (JavaProgram c10k = JavaProgram.start(Main.class, argument)) {
            assertThat(c10k.awaitExit()).as("%s", c10k).isEqualTo(2);
            assertThat(c10k.out()).isEmpty();
            assertThat(c10k.err()).singleElement().asString().contains(sentence);
        }
    }

    @ParameterizedTest
    @CsvSource({"/nowhere/chart.svg", "/dev/full"})
    @DisplayName("an SVG file that cannot be written: exit code 1 and one sentence")
    void pictureCannotBeWritten(String file) throws Exception {
        assumeTrue(!file.startsWith("/dev") || Files.exists(Path.of(file)), "there is no " + file);
        try (JavaProgram c10k =
                JavaProgram.start(Main.class, "10", "--millis", "5", "--svg", file)) {
            assertThat(c10k.awaitExit()).as("%s", c10k).isEqualTo(1);
            assertThat(c10k.err()).singleElement().asString().contains(file);
        }
    }
}
