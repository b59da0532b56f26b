package dev.eventloop.benchmarks.ring;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * The ring as a program, the counterpart of {@code ring.c}: answers each line {@code PIPES ACTIVE
 * EVENTS} with the CPU time in nanoseconds. If the size changes, it builds a new ring first, which
 * it does not measure.
 */
public final class RingProgram {
    private RingProgram() {}

    /**
     * Runs until EOF on standard input.
     *
     * @param arguments the loop, as in {@link dev.eventloop.benchmarks.pipes.WatchedPipes}
     */
    @SuppressWarnings("SystemOut") // its output is the answer
    public static void main(String[] arguments) throws IOException {
        BufferedReader input =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        Ring ring = new Ring(arguments[0], 1);
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String[] words = line.split(" ", -1);
            int pipes = Integer.parseInt(words[0]);
            if (ring.size() != pipes) {
                ring.close();
                ring = new Ring(arguments[0], pipes);
            }
            System.out.println(ring.run(Integer.parseInt(words[1]), Integer.parseInt(words[2])));
        }
        ring.close();
    }
}
