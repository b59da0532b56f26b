package dev.eventloop.benchmarks;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A child process that answers each input line with one output line and exits at EOF. */
public final class Child implements Closeable {
    private final String name;
    private final Process process;
    private final PrintWriter input;
    private final BufferedReader output;

    private Child(String name, List<String> command) throws IOException {
        this.name = name;
        this.process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        this.input = new PrintWriter(process.getOutputStream(), true, StandardCharsets.US_ASCII);
        this.output =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    }

    public static Child program(Path file, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(file.toString()));
        command.addAll(Arrays.asList(arguments));
        return new Child(file.getFileName().toString(), command);
    }

    /** Starts a Java program of this class path. */
    public static Child java(Class<?> main, String... arguments) throws IOException {
        return new Child(main.getSimpleName(), javaCommand(List.of(), main, arguments));
    }

    /**
     * Starts a Java program bound to one core, if the machine has several and {@code taskset}.
     * Otherwise the scheduler may run client and server on one core in one round and on two in the
     * next, and the rounds could not be compared.
     */
    public static Child javaOnCore(int core, Class<?> main, String... arguments)
            throws IOException {
        List<String> prefix =
                Runtime.getRuntime().availableProcessors() > core && hasTaskset()
                        ? List.of("taskset", "-c", Integer.toString(core))
                        : List.of();
        return new Child(main.getSimpleName(), javaCommand(prefix, main, arguments));
    }

    private static boolean hasTaskset() {
        return Files.isExecutable(Path.of("/usr/bin/taskset"));
    }

    private static List<String> javaCommand(
            List<String> prefix, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JvmOptions.forChildren());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    /** Writes a line and waits for the answer. */
    public String ask(String line) throws IOException {
        input.println(line);
        String answer = output.readLine();
        if (answer == null) {
            throw new IOException(this + " exited instead of answering \"" + line + "\"");
        }
        return answer;
    }

    /** Like {@link #ask}, for an answer that consists of numbers. */
    public double[] askNumbers(String line) throws IOException {
        return Arrays.stream(ask(line).split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
    }

    @Override
    public void close() {
        input.close();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "the program " + name;
    }
}
