package dev.eventloop.lb.pool;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Maps a hash to a backend: the lookup table of "Maglev: A Fast and Reliable Software Network Load
 * Balancer" (Eisenbud et al., NSDI 2016, section 3.4). Each backend's name gives it a preference
 * order over all entries; backends take turns in claiming entries, in proportion to their weights.
 * Shares are even within about 1 %, and when a backend comes or goes few entries of the others
 * move.
 */
final class MaglevTable {
    /** A prime, more than 100 times the number of backends, as the paper advises. */
    static final int SIZE = 65_537;

    private final int[] entries = new int[SIZE];

    /** The result depends on the names and weights, not on their order. */
    MaglevTable(String[] names, int[] weights) {
        int count = names.length;
        int[] order =
                IntStream.range(0, count)
                        .boxed()
                        .sorted(Comparator.comparing(i -> names[i]))
                        .mapToInt(Integer::intValue)
                        .toArray();
        long[] position = new long[count];
        long[] skip = new long[count];
        long[] credit = new long[count];
        int most = Arrays.stream(weights).max().orElseThrow();
        for (int i = 0; i < count; i++) {
            position[i] = Long.remainderUnsigned(Hash.ofName(names[i], 1), SIZE);
            skip[i] = 1 + Long.remainderUnsigned(Hash.ofName(names[i], 2), SIZE - 1);
        }
        Arrays.fill(entries, -1);
        int filled = 0;
        while (filled < SIZE) {
            for (int i = 0; i < count && filled < SIZE; i++) {
                int backend = order[i];
                credit[backend] += weights[backend];
                if (credit[backend] < most) {
                    continue; // not its turn yet
                }
                credit[backend] -= most;
                while (entries[(int) position[backend]] >= 0) {
                    position[backend] = (position[backend] + skip[backend]) % SIZE;
                }
                entries[(int) position[backend]] = backend;
                filled++;
            }
        }
    }

    /** The index of the backend for a hash. */
    int at(long hash) {
        return entries[(int) Long.remainderUnsigned(hash, SIZE)];
    }
}
