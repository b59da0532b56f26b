package dev.eventloop;

import java.io.IOException;

/**
 * Handles the readiness of an fd. Called on the thread inside {@link EventLoop#run}.
 *
 * <p>Readiness may be spurious: the read or write may fail with {@code EAGAIN}.
 *
 * @param <A> the type of the attachment passed to {@link EventLoop#add}
 */
@FunctionalInterface
public interface EventCallback<A> {
    /**
     * Called at most once per fd and iteration, with all bits that are ready.
     *
     * @param fd the ready file descriptor
     * @param events the ready bits of {@link Events}
     * @param attachment the object passed to {@link EventLoop#add}
     * @throws IOException goes to {@link EventLoopOptions#errorHandler}, as does every other
     *     exception
     */
    void onEvent(int fd, int events, A attachment) throws IOException;
}
