package dev.eventloop.kqueue;

import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.KeventLayout;

/** Registers, changes and deletes the filters of an fd, so that they match its interest. */
final class Filters {
    // sys/event.h, the same everywhere
    private static final int EV_CLEAR = 0x0020;
    private static final int EV_DISPATCH = 0x0080;
    private static final int NOTE_TRIGGER = 0x01000000;

    private final KeventLayout layout;
    private final WatchTable table;
    private final ChangeList changes;

    Filters(KeventLayout layout, WatchTable table, ChangeList changes) {
        this.layout = layout;
        this.table = table;
        this.changes = changes;
    }

    /** False if the fd was closed without del; its number may be in use again. */
    boolean isKnown(int kqueueFd, int fd) {
        int interest = table.interest(fd);
        boolean read = (WatchTable.filters(interest) & Events.READ) != 0;
        int filter = read ? layout.evfiltRead() : evfiltWrite(interest);
        return changes.isKnown(kqueueFd, fd, filter, table.token(fd));
    }

    /**
     * Replaces the fd's interest. A filter that both interests need is left alone, unless one of
     * them has modifiers: then all filters are deleted and added again, because EV_ADD of an
     * existing event does not change all of its flags, and on some systems does not report again
     * what EV_CLEAR or EV_DISPATCH have silenced.
     *
     * @throws ErrnoException what kevent(2) reported; the fd is then no longer registered
     */
    void replace(int kqueueFd, String operation, int fd, int interest, long token)
            throws ErrnoException {
        int old = table.interest(fd);
        int before = WatchTable.filters(old);
        int after = WatchTable.filters(interest);
        boolean keep =
                WatchTable.isPlain(old) && WatchTable.isPlain(interest) && table.token(fd) == token;
        int deleted = keep ? before & ~after : before;
        int added = keep ? after & ~before : after;
        if (deleted == 0 && added == 0) {
            return;
        }
        delete(fd, deleted, old);
        if ((added & Events.WRITE) != 0) {
            changes.add(fd, layout.evfiltWrite(), interestFlags(interest), 0, token);
        }
        // READ comes second: libkqueue requests EPOLLRDHUP only if EVFILT_READ is added last.
        if ((added & Events.READ) != 0) {
            int flags = WatchTable.isReadHupOnly(interest) ? EV_CLEAR : interestFlags(interest);
            changes.add(fd, layout.evfiltRead(), flags, 0, token);
        }
        table.put(fd, interest, token);
        int errno = changes.apply(kqueueFd);
        if (errno == Errno.EPIPE) {
            errno = standInForBrokenPipe(kqueueFd, fd);
        }
        if (errno != 0) {
            delete(fd, Events.READ | Events.WRITE, 0);
            changes.apply(kqueueFd);
            table.remove(fd);
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
     * Registers a permanently triggered EVFILT_USER event in place of EVFILT_WRITE. A pipe without
     * a reader is ready, since writes fail with EPIPE; but the kernel refuses EVFILT_WRITE for it,
     * and deletes an existing one after one report (pipe_kqfilter and knlist_cleardel of FreeBSD;
     * macOS: https://github.com/tokio-rs/mio/issues/582).
     *
     * @return an errno; 0 for none
     */
    int standInForBrokenPipe(int kqueueFd, int fd) throws ErrnoException {
        int flags = interestFlags(table.interest(fd));
        changes.add(fd, layout.evfiltUser(), flags, NOTE_TRIGGER, table.token(fd));
        table.note(fd, WatchTable.BROKEN);
        return changes.apply(kqueueFd);
    }

    /**
     * After EOF, makes the EVFILT_READ of an fd registered for READ_HUP alone level-triggered: the
     * state lasts, and is to be reported by every wait.
     */
    void repeatEof(int kqueueFd, int fd) throws ErrnoException {
        if ((table.interest(fd) & (Events.EDGE | Events.ONESHOT | WatchTable.EOF)) == 0) {
            changes.delete(fd, layout.evfiltRead());
            changes.add(fd, layout.evfiltRead(), 0, 0, table.token(fd));
            changes.apply(kqueueFd);
            table.note(fd, WatchTable.EOF);
        }
    }

    private int evfiltWrite(int interest) {
        return (interest & WatchTable.BROKEN) != 0 ? layout.evfiltUser() : layout.evfiltWrite();
    }

    /**
     * Event bits to kernel flags. EV_DISPATCH disables one filter only: the other may report once
     * more, which the loop drops.
     */
    private static int interestFlags(int interest) {
        int edge = (interest & Events.EDGE) != 0 ? EV_CLEAR : 0;
        return (interest & Events.ONESHOT) != 0 ? edge | EV_DISPATCH : edge;
    }
}
