package dev.eventloop.lb;

/** How a backend is picked for a connection. */
public enum Algorithm {
    /**
     * Smooth weighted round robin, as nginx and HAProxy do it: weights 5:1:1 give A A B A C A A.
     * The order is one for all threads.
     */
    WEIGHTED_ROUND_ROBIN("wrr"),

    /** Each backend in turn, whatever its weight. */
    ROUND_ROBIN("rr"),

    /** The backend that has the fewest connections for its weight; where several do, in turn. */
    LEAST_CONNECTIONS("least-conn"),

    /** Of two that are drawn by weight, the one that has fewer connections for its weight. */
    RANDOM_TWO("random2"),

    /**
     * By the address of the client, so that it meets the same backend again: a Maglev table, in
     * which few others move when a backend comes or goes. All instances with the same backends
     * agree.
     */
    SOURCE_HASH("source-hash");

    private final String shortName;

    Algorithm(String shortName) {
        this.shortName = shortName;
    }

    /** As the command line has it. */
    public String shortName() {
        return shortName;
    }
}
