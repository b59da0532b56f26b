package dev.eventloop.testkit.kernel;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Decides at random which faults a process has. */
final class Chance {
    private final SplittableRandom random;
    private Faults faults;
    private final Map<Fault, Long> counts = new EnumMap<>(Fault.class);

    Chance(SplittableRandom random, Faults faults) {
        this.random = random;
        this.faults = faults;
    }

    /** No more faults from now on. */
    void stop() {
        faults = Faults.none();
    }

    /** Whether the fault happens in this call. */
    boolean of(Fault fault) {
        int frequency = faults.frequency(fault);
        boolean happens = frequency > 0 && random.nextInt(Faults.OF) < frequency;
        if (happens) {
            counts.merge(fault, 1L, Long::sum);
        }
        return happens;
    }

    /** How often the fault has happened. */
    long count(Fault fault) {
        return counts.getOrDefault(fault, 0L);
    }

    /** {@code count}, or 1 to {@code count} if a short transfer happens. */
    int shorten(int count) {
        return count > 1 && of(Fault.SHORT_TRANSFER) ? 1 + random.nextInt(count) : count;
    }

    /** A random number below {@code bound}. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    <T> void shuffle(List<T> list) {
        if (of(Fault.SHUFFLED)) {
            for (int i = list.size() - 1; i > 0; i--) {
                int other = random.nextInt(i + 1);
                T swapped = list.get(i);
                list.set(i, list.get(other));
                list.set(other, swapped);
            }
        }
    }
}
