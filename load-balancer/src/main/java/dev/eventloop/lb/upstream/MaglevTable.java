package dev.eventloop.lb.upstream;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Which backend a hash belongs to: the table of "Maglev: A Fast and Reliable Software Network Load
 * Balancer" (Eisenbud et al., NSDI 2016, section 3.4). Each backend has its own order of preference
 * of all entries, by its name; they take turns in choosing, the oftener the greater their weight.
 * Shares are even to about a hundredth, and few entries that need not move do so when a backend
 * comes or goes.
 */
final class MaglevTable {
    /** A prime, more than a hundred times as many as there are backends, as the paper advises. */
    static final int SIZE = 65_537;

    private final int[] entries = new int[SIZE];

    /** The same for the same names and weights, in whatever order. */
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

    /** The index of the backend that a hash belongs to. */
    int at(long hash) {
        return entries[(int) Long.remainderUnsigned(hash, SIZE)];
    }
}
