package dev.eventloop.kqueue;

import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.KeventLayout;

/** Brings the kernel's filters of an fd from one interest to another. */
final class Filters {
    // sys/event.h, the same everywhere
    private static final int EV_CLEAR = 0x0020;
    private static final int EV_DISPATCH = 0x0080;
    private static final int NOTE_TRIGGER = 0x01000000;

    private final KeventLayout layout;
    private final WatchTable watches;
    private final ChangeList changes;

    Filters(KeventLayout layout, WatchTable watches, ChangeList changes) {
        this.layout = layout;
        this.watches = watches;
        this.changes = changes;
    }

    /** False if an fd was closed without del, its number perhaps used again. */
    boolean isKnown(int kqueueFd, int fd) {
        int interest = watches.interest(fd);
        boolean read = (WatchTable.filters(interest) & Events.READ) != 0;
        int filter = read ? layout.evfiltRead() : evfiltWrite(interest);
        return changes.isKnown(kqueueFd, fd, filter, watches.token(fd));
    }

    /**
     * From the interest that there is to another. A filter that stays as it is is not touched. With
     * modifiers all begin anew: EV_ADD of an event that is there changes not all of its flags, and
     * reports not everywhere again what EV_CLEAR or EV_DISPATCH have silenced.
     */
    void replace(int kqueueFd, String operation, int fd, int interest, long token)
            throws ErrnoException {
        int old = watches.interest(fd);
        int before = WatchTable.filters(old);
        int after = WatchTable.filters(interest);
        boolean stay =
                WatchTable.isPlain(old)
                        && WatchTable.isPlain(interest)
                        && watches.token(fd) == token;
        int deleted = stay ? before & ~after : before;
        int added = stay ? after & ~before : after;
        if (deleted == 0 && added == 0) {
            return;
        }
        delete(fd, deleted, old);
        if ((added & Events.WRITE) != 0) {
            changes.add(fd, layout.evfiltWrite(), modifiers(interest), 0, token);
        }
        // The second: libkqueue asks epoll for half-closes only if READ is added last.
        if ((added & Events.READ) != 0) {
            int flags = WatchTable.isReadHupOnly(interest) ? EV_CLEAR : modifiers(interest);
            changes.add(fd, layout.evfiltRead(), flags, 0, token);
        }
        watches.put(fd, interest, token);
        int errno = changes.apply(kqueueFd);
        if (errno == Errno.EPIPE) {
            errno = standInForBrokenPipe(kqueueFd, fd);
        }
        if (errno != 0) {
            delete(fd, Events.READ | Events.WRITE, 0);
            changes.apply(kqueueFd);
            watches.remove(fd);
            throw Errno.exception(errno, operation, "fd " + fd);
        }
    }

    private void delete(int fd, int filters, int interest) {
        if ((filters & Events.WRITE) != 0) {
            changes.delete(fd, evfiltWrite(interest));
        }
        if ((filters & Events.READ) != 0) {
            changes.delete(fd, layout.evfiltRead());
        }
    }

    /**
     * A pipe without a reader takes no EVFILT_WRITE, and loses that which it has after one report
     * (pipe_kqfilter and knlist_cleardel of FreeBSD; macOS:
     * https://github.com/tokio-rs/mio/issues/582), though it is ready: writes fail. An event of the
     * user's, triggered for good, stands in.
     */
    int standInForBrokenPipe(int kqueueFd, int fd) throws ErrnoException {
        int flags = modifiers(watches.interest(fd));
        changes.add(fd, layout.evfiltUser(), flags, NOTE_TRIGGER, watches.token(fd));
        watches.note(fd, WatchTable.BROKEN);
        return changes.apply(kqueueFd);
    }

    /**
     * EVFILT_READ that was edge-triggered for the sake of READ_HUP alone, and has told the end, is
     * level-triggered from now on.
     */
    void repeatEnd(int kqueueFd, int fd) throws ErrnoException {
        if ((watches.interest(fd) & (Events.EDGE | Events.ONESHOT | WatchTable.ENDED)) == 0) {
            changes.delete(fd, layout.evfiltRead());
            changes.add(fd, layout.evfiltRead(), 0, 0, watches.token(fd));
            changes.apply(kqueueFd);
            watches.note(fd, WatchTable.ENDED);
        }
    }

    private int evfiltWrite(int interest) {
        return (interest & WatchTable.BROKEN) != 0 ? layout.evfiltUser() : layout.evfiltWrite();
    }

    /** EV_DISPATCH silences one filter; the other may report once more, which the loop drops. */
    private static int modifiers(int interest) {
        int edge = (interest & Events.EDGE) != 0 ? EV_CLEAR : 0;
        return (interest & Events.ONESHOT) != 0 ? edge | EV_DISPATCH : edge;
    }
}
