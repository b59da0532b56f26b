package dev.eventloop.examples.c10k;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@link FarEnd} as it is seen from here. */
final class FarEndProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;

    FarEndProcess(int port) throws IOException {
        process =
                new ProcessBuilder(
                                System.getProperty("java.home") + File.separator + "bin/java",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx64m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                FarEnd.class.getName(),
                                Integer.toString(port))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Asks for so many connections in all. */
    void grow(int wanted) throws IOException {
        process.getOutputStream().write((wanted + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Whether {@link #answer} does not have to wait. */
    boolean hasAnswered() throws IOException {
        return answers.ready() || !process.isAlive();
    }

    /** How many connections there are, and why if they are fewer; split at the first blank. */
    List<String> answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("the process with the other ends of the connections is gone");
        }
        return List.of(line.split(" ", 2));
    }

    @Override
    public void close() {
        process.destroy();
    }
}
