package dev.eventloop.events;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.libc.LibC;
import java.io.UncheckedIOException;

/** What all fds of this package have in common: how they end. */
final class Fds {
    private Fds() {}

    /** First the loop forgets it, then it is closed. */
    static void delete(EventLoop loop, LibC libc, int fd) {
        try {
            loop.del(fd);
        } catch (ErrnoException e) { // it is registered as long as it is open
            throw new UncheckedIOException(e);
        } finally {
            libc.close(fd);
        }
    }
}
