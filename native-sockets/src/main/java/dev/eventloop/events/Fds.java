package dev.eventloop.events;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.libc.LibC;
import java.io.UncheckedIOException;

/** Closes the fds of this package. */
final class Fds {
    private Fds() {}

    /** Removes the fd from the loop and closes it. */
    static void delete(EventLoop loop, LibC libc, int fd) {
        try {
            loop.del(fd);
        } catch (ErrnoException e) { // cannot happen: it is registered while it is open
            throw new UncheckedIOException(e);
        } finally {
            libc.close(fd);
        }
    }
}
