package dev.eventloop.benchmarks.ring;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * The ring as a program, the twin of {@code ring.c}: for each line {@code PIPES ACTIVE EVENTS} one
 * with the nanoseconds of processor time that it took. The ring is made anew where its size
 * changes, outside of what is measured.
 */
public final class RingProgram {
    private RingProgram() {}

    /**
     * Ends with its input.
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
