package dev.eventloop.lb;

import java.io.IOException;

/**
 * Thrown by the writer of an access log that lost some of the lines since its last flush. {@link
 * LoadBalancer#droppedLogLines} counts these; after any other IOException, all lines since then.
 */
public final class LinesLostException extends IOException {
    private static final long serialVersionUID = 1;

    private final int lost;

    public LinesLostException(int lost, IOException cause) {
        super(cause.getMessage(), cause);
        this.lost = lost;
    }

    /** The number of lines that were not written. */
    public int lost() {
        return lost;
    }
}
