package dev.eventloop.benchmarks.stress;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A child process that ends when this program ends, however it ends. */
final class Running implements AutoCloseable {
    /** Long enough for a launcher that builds the project first. */
    private static final int START_SECONDS = 300;

    private final List<String> command;
    private final Path output;
    private final Process process;
    private final Thread atExit;

    private Running(List<String> command) throws IOException {
        this.command = command;
        this.output = Files.createTempFile("stress", ".out");
        this.process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .redirectInput(new File("/dev/null"))
                        .start();
        this.atExit = new Thread(this::end);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    static Running start(List<String> command) throws IOException {
        return new Running(command);
    }

    /** Returns null if the program is not on the PATH. */
    static Path find(String program) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
        return Stream.of(path.split(":", -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder).resolve(program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    long pid() {
        return process.pid();
    }

    /** Returns the output so far. */
    String output() throws IOException {
        return Files.readString(output);
    }

    /** Waits until the output matches, and returns the first group. */
    String awaitMatch(String pattern) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (System.nanoTime() < deadline) {
            Matcher matcher = Pattern.compile(pattern).matcher(output());
            if (matcher.find()) {
                return matcher.group(1);
            }
            if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                throw new IOException(command.get(0) + " exited early: " + output().strip());
            }
        }
        throw new IOException(command.get(0) + " did not start: " + output().strip());
    }

    boolean isRunningAfterSecond() throws InterruptedException {
        return !process.waitFor(1, TimeUnit.SECONDS);
    }

    private void end() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            Files.deleteIfExists(output);
        } catch (InterruptedException | IOException e) { // the program is exiting anyway
            process.destroyForcibly();
        }
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) { // the JVM is already shutting down
            return;
        }
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
