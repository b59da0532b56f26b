package dev.eventloop.events;

import java.io.IOException;

/** Called once when a process exits, on the loop's thread. */
@FunctionalInterface
public interface ExitCallback<A> {
    /** The exit code of a process that is not a child: the kernel tells only the parent. */
    int UNKNOWN = -1;

    /**
     * A process has exited.
     *
     * @param pid its process id, which another process may have got since
     * @param exitCode the exit code; 128 plus the signal number if a signal killed it; {@link
     *     #UNKNOWN} if it is not a child
     * @param attachment the attachment that was passed to {@link SystemEvents}
     */
    void onExit(long pid, int exitCode, A attachment) throws IOException;
}
