package dev.eventloop.lb;

/** How a backend is picked for a connection. */
public enum Algorithm {
    /**
     * Smooth weighted round robin, as nginx and HAProxy do it: weights 5:1:1 give A A B A C A A.
     * All threads share one order.
     */
    WEIGHTED_ROUND_ROBIN("wrr"),

    /** Each backend in turn, whatever its weight. */
    ROUND_ROBIN("rr"),

    /** The backend with the fewest connections per weight; on a tie, each in turn. */
    LEAST_CONNECTIONS("least-conn"),

    /** Draws two backends by weight and picks the one with fewer connections per weight. */
    RANDOM_TWO("random2"),

    /**
     * Hashes the client's address, so that it gets the same backend again: a Maglev table, in which
     * few other clients move when a backend comes or goes. All instances with the same backends
     * agree.
     */
    SOURCE_HASH("source-hash");

    private final String shortName;

    Algorithm(String shortName) {
        this.shortName = shortName;
    }

    /** The name on the command line. */
    public String shortName() {
        return shortName;
    }
}
