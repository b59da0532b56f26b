package dev.eventloop.examples.c10k;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The parent's view of the {@link FarEnd} process. */
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

    /** Asks for a total number of connections. */
    void grow(int wanted) throws IOException {
        process.getOutputStream().write((wanted + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Returns whether {@link #answer} would not block. */
    boolean hasAnswered() throws IOException {
        return answers.ready() || !process.isAlive();
    }

    /** Returns the number of connections, and the reason if they are fewer than asked for. */
    List<String> answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("the process with the other ends of the connections has exited");
        }
        return List.of(line.split(" ", 2));
    }

    @Override
    public void close() {
        process.destroy();
    }
}
