package dev.eventloop.events;

import java.io.IOException;

/** Hears of the end of a process, on the loop's thread, once. */
@FunctionalInterface
public interface ExitCallback<A> {
    /** The exit code of a process that is no child of this one: only its parent is told. */
    int UNKNOWN = -1;

    /**
     * A process has ended.
     *
     * @param pid its number, which another process may have by now
     * @param exitCode 128 and the signal's number for one that a signal ended; {@link #UNKNOWN}
     * @param attachment what was handed to {@link SystemEvents}
     */
    void onExit(long pid, int exitCode, A attachment) throws IOException;
}
