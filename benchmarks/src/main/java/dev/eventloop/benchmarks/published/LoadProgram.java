package dev.eventloop.benchmarks.published;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The load generator as a program. Answers {@code connect PORT COUNT} and {@code disconnect} on
 * completion, and {@code load ACTIVE SIZE MILLIS} with the number of requests, then in nanoseconds
 * the total time and the mean, median and 99th percentile per request.
 */
public final class LoadProgram {
    private LoadProgram() {}

    /** Runs until EOF on standard input. */
    @SuppressWarnings("SystemOut") // its output is the answer
    public static void main(String[] arguments) throws IOException {
        try (LoadGenerator load = new LoadGenerator()) {
            BufferedReader input =
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                System.out.println(answer(load, line));
            }
        }
    }

    private static String answer(LoadGenerator load, String line) throws IOException {
        String[] words = line.split(" ", -1);
        int[] numbers = Arrays.stream(words).skip(1).mapToInt(Integer::parseInt).toArray();
        if (words[0].equals("connect")) {
            load.connect(numbers[0], numbers[1]);
        } else if (words[0].equals("disconnect")) {
            load.disconnect();
        } else {
            LoadGenerator.Result result = load.load(numbers[0], numbers[1], numbers[2]);
            return "%d %d %.0f %d %d"
                    .formatted(
                            result.requests(),
                            result.nanos(),
                            result.mean(),
                            result.median(),
                            result.p99());
        }
        return "done";
    }
}
