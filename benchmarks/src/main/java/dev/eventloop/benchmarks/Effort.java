package dev.eventloop.benchmarks;

import java.util.List;

/**
 * How much and how long to measure.
 *
 * @param pipes sizes of the ring, and numbers of registered fds
 * @param active how many of them are busy
 * @param ringRounds rounds of the ring; each program runs once per round
 * @param ringEvents events per run; far fewer where each event checks every fd
 * @param warmUpEvents events before the first round
 * @param suiteRounds how often to start JMH
 * @param suiteForks 0 to run JMH in this JVM, 1 for a separate JVM
 * @param suiteWarmUpMillis warm-up time: interpreted code takes ten times as long
 * @param suiteIterations iterations per benchmark
 * @param suiteMillis milliseconds per iteration
 * @param connections clients per server
 * @param loadRounds rounds of load; each server runs once per round
 * @param loadMillis milliseconds of load per run
 * @param batchRounds how often to send a hundred packets, or to allocate the blocks
 */
public record Effort(
        List<Integer> pipes,
        List<Integer> active,
        int ringRounds,
        int ringEvents,
        int warmUpEvents,
        int suiteRounds,
        int suiteForks,
        int suiteWarmUpMillis,
        int suiteIterations,
        int suiteMillis,
        List<Integer> connections,
        int loadRounds,
        int loadMillis,
        int batchRounds) {
    private static final List<Integer> SIZES = List.of(100, 1_000, 9_000);

    /** For published figures: about ten minutes. */
    public static final Effort FULL =
            new Effort(
                    SIZES,
                    List.of(1, 10, 100),
                    15,
                    60_000,
                    1_000_000, // the ring
                    1,
                    1,
                    1_000,
                    5,
                    150, // JMH
                    SIZES,
                    5,
                    1_200,
                    60); // servers under load, and batches

    /** For a first look: two or three minutes. */
    public static final Effort QUICK =
            new Effort(
                    List.of(100, 9_000),
                    List.of(1, 100),
                    5,
                    40_000,
                    300_000, // the ring
                    1,
                    1,
                    300,
                    2,
                    60, // JMH
                    SIZES,
                    1,
                    600,
                    10); // servers under load, and batches
}
