package dev.eventloop.testkit.kernel;

import java.util.EnumMap;
import java.util.Map;

/** The frequency of each {@link Fault}. Immutable. */
public final class Faults {
    /** The denominator of frequencies, which are per 10,000 calls that can have the fault. */
    public static final int OF = 10_000;

    private static final Faults NONE = new Faults(new EnumMap<>(Fault.class));

    private final Map<Fault, Integer> frequencies;

    private Faults(Map<Fault, Integer> frequencies) {
        this.frequencies = frequencies;
    }

    /** No faults. */
    public static Faults none() {
        return NONE;
    }

    /** Faults that lose nothing: EINTR, EAGAIN, short transfers, spurious and reordered events. */
    public static Faults harmless() {
        return NONE.with(Fault.INTERRUPTED_WAIT, 300)
                .with(Fault.INTERRUPTED, 300)
                .with(Fault.AGAIN, 300)
                .with(Fault.SHORT_TRANSFER, 2_000)
                .with(Fault.SPURIOUS, 300)
                .with(Fault.SHUFFLED, 5_000);
    }

    /** All faults, each rare enough that most connections succeed. */
    public static Faults rare() {
        return harmless()
                .with(Fault.RESET, 10)
                .with(Fault.ABORTED, 50)
                .with(Fault.REFUSED, 100)
                .with(Fault.LOST, 100)
                .with(Fault.OUT_OF_FILES, 50)
                .with(Fault.OUT_OF_BUFFERS, 50)
                .with(Fault.OUT_OF_MEMORY, 500); // rare all the same: pools keep their buffers
    }

    /**
     * A copy with another frequency of one fault.
     *
     * @param frequency in {@value #OF} calls; 0 for never
     */
    public Faults with(Fault fault, int frequency) {
        if (frequency < 0 || frequency > OF) {
            throw new IllegalArgumentException(
                    "the frequency of " + fault + " is " + frequency + "; it must be 0 to " + OF);
        }
        Map<Fault, Integer> copy = new EnumMap<>(frequencies);
        copy.put(fault, frequency);
        return new Faults(copy);
    }

    int frequency(Fault fault) {
        return frequencies.getOrDefault(fault, 0);
    }

    @Override
    public String toString() {
        return "Faults" + frequencies;
    }
}
