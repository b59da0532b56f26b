package dev.eventloop;

import java.io.IOException;

/**
 * Told that an fd is ready. Runs on the thread that is inside {@link EventLoop#run}.
 *
 * <p>Readiness may be spurious: be prepared for a read or write that answers {@code EAGAIN}.
 *
 * @param <A> the type of the attachment that was given to {@link EventLoop#add}
 */
@FunctionalInterface
public interface EventCallback<A> {
    /**
     * Called at most once per fd and iteration, with all bits that are ready.
     *
     * @param fd the ready file descriptor
     * @param events bits of {@link Events}
     * @param attachment what was given to {@link EventLoop#add}
     * @throws IOException handled as {@link EventLoopOptions#errorHandler} says
     */
    void onEvent(int fd, int events, A attachment) throws IOException;
}
