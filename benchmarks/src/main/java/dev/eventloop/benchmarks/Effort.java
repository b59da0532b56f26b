package dev.eventloop.benchmarks;

import java.util.List;

/**
 * How long is measured.
 *
 * @param pipes sizes of the ring, and numbers of registered fds
 * @param active how many of them are busy
 * @param ringRounds how often each program has its turn
 * @param ringEvents in a turn; far fewer where each of them looks at every fd
 * @param warmUpEvents before the first turn
 * @param suiteRounds how often JMH begins anew
 * @param suiteForks 0 in this JVM, 1 in one of its own
 * @param suiteWarmUpMillis before that: what is still interpreted costs ten times as much
 * @param suiteIterations of a benchmark
 * @param suiteMillis each of them
 * @param connections how many clients a server has
 * @param loadRounds how often each server has its turn
 * @param loadMillis in a turn
 * @param batchRounds how often a hundred packets are sent, or blocks allocated
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

    /** For figures to be published: about ten minutes. */
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
                    60); // the learning material

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
                    10); // the learning material
}
