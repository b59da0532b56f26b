package dev.eventloop.testkit.kernel;

/**
 * How often, in ten thousand calls of a kind, a {@link SimulatedKernel} does what kernels do now
 * and then and programs forget.
 *
 * @param interrupted a wait, accept, connect, send or recv answers EINTR
 * @param again accept, send or recv answers EAGAIN though it need not
 * @param shortTransfer send or recv moves fewer bytes than it could
 * @param reset a connection is reset by the network while it is used
 * @param aborted a connection is gone by the time that it is accepted
 * @param refused a connect is refused
 * @param outOfFiles socket or accept answers EMFILE
 * @param outOfBuffers socket, accept or connect answers ENOBUFS
 * @param spurious a wait reports something that is not ready
 * @param shuffled a wait reports what is ready in an order of its own
 */
public record Faults(
        int interrupted,
        int again,
        int shortTransfer,
        int reset,
        int aborted,
        int refused,
        int outOfFiles,
        int outOfBuffers,
        int spurious,
        int shuffled) {
    /** Of how many calls the numbers speak. */
    static final int OF = 10_000;

    private static final Faults NONE = new Faults(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    public Faults {
        int[] all = {
            interrupted,
            again,
            shortTransfer,
            reset,
            aborted,
            refused,
            outOfFiles,
            outOfBuffers,
            spurious,
            shuffled
        };
        for (int each : all) {
            if (each < 0 || each > OF) {
                throw new IllegalArgumentException(
                        "a fault's frequency is in 0 to " + OF + ", not " + each);
            }
        }
    }

    /** A kernel on its best day. */
    public static Faults none() {
        return NONE;
    }

    /** What a correct program need not notice: nothing is lost, only late or in pieces. */
    public static Faults harmless() {
        return new Faults(300, 300, 2_000, 0, 0, 0, 0, 0, 300, 5_000);
    }

    /** Everything, each rare enough that most of the work gets done. */
    public static Faults rare() {
        return new Faults(200, 200, 1_000, 10, 50, 100, 50, 50, 200, 5_000);
    }
}
