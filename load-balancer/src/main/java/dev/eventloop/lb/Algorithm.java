package dev.eventloop.lb;

import java.util.Arrays;

/** How a backend is picked for a connection. */
public enum Algorithm {
    /**
     * Smooth weighted round robin, as nginx and HAProxy do it: weights 5:1:1 give A A B A C A A.
     * The order is one for all threads.
     */
    WEIGHTED_ROUND_ROBIN("wrr"),

    /** Each backend in turn, whatever its weight. */
    ROUND_ROBIN("rr");

    private final String shortName;

    Algorithm(String shortName) {
        this.shortName = shortName;
    }

    /** The order in which backends of these weights are picked. */
    Schedule schedule(int... weights) {
        int[] effective = weights.clone();
        if (this == ROUND_ROBIN) {
            Arrays.fill(effective, 1);
        }
        return Schedule.weighted(effective);
    }

    /** As the command line has it. */
    public String shortName() {
        return shortName;
    }
}
