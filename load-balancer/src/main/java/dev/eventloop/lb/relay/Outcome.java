package dev.eventloop.lb.relay;

/**
 * The result of a step of a {@link Relay}: ints, so that the hot path allocates nothing. Up to
 * {@link #BLOCKED} the relay continues by itself; {@link Connection} acts on the others.
 */
public final class Outcome {
    /** The turn is over; the source may have more. */
    public static final int MORE = 0;

    /** The source has no more bytes now. */
    public static final int DRAINED = 1;

    /** The sink takes no more bytes now; the relay keeps those that it has read. */
    public static final int BLOCKED = 2;

    /** The source sent EOF, and the sink has all bytes before it. */
    public static final int ENDED = 3;

    /** The source's peer reset the connection, or became unreachable. */
    public static final int RESET = 4;

    /** The sink's peer reset the connection, or became unreachable. */
    public static final int FAILED = 5;

    /** The system has no memory for bytes that the sink did not take. */
    public static final int NO_MEMORY = 6;

    private Outcome() {}

    /** Whether the relay continues by itself. */
    public static boolean goesOn(int outcome) {
        return outcome <= BLOCKED;
    }
}
