package dev.eventloop.examples.filewatch;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.ClassPath;
import dev.eventloop.fixture.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file-watch in a separate process, and its output. */
final class RunningFileWatch implements AutoCloseable {
    private final Program program;

    private RunningFileWatch(Program program) {
        this.program = program;
    }

    /** Starts it with any arguments, valid or not. */
    static RunningFileWatch start(String... arguments) throws Exception {
        return start(List.of(), arguments);
    }

    /** Starts it in the C locale, which knows only ASCII, as in many containers. */
    static RunningFileWatch inLocaleC(String... arguments) throws Exception {
        RunningFileWatch watch = start(List.of("env", "LC_ALL=C"), arguments);
        watch.awaitLine("watches");
        return watch;
    }

    private static RunningFileWatch start(List<String> before, String... arguments)
            throws Exception {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+IgnoreUnrecognizedVMOptions"));
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.addAll(List.of("-cp", ClassPath.ofOneJar(), Main.class.getName()));
        command.addAll(List.of(arguments));
        return new RunningFileWatch(Program.start(command));
    }

    /** Starts it and waits until it watches. */
    static RunningFileWatch watching(String... arguments) throws Exception {
        RunningFileWatch watch = start(arguments);
        watch.awaitLine("watches");
        return watch;
    }

    void awaitLine(String part) throws Exception {
        awaitLines(part, 1);
    }

    void awaitLines(String part, int count) throws Exception {
        Await.until(
                count + " lines with \"" + part + "\" in " + program, () -> count(part) >= count);
    }

    long count(String part) throws Exception {
        return program.output().lines().filter(line -> line.contains(part)).count();
    }

    void signal(String name) throws Exception {
        program.signal(name);
    }

    int awaitExit() throws Exception {
        return program.awaitExit();
    }

    String output() throws Exception {
        return program.output();
    }

    @Override
    public void close() throws IOException {
        program.close();
    }
}
