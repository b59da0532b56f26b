package dev.eventloop.events;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LinuxLibC;
import dev.eventloop.libc.NativeMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/** Folders through inotify(7), with one fd for all of them, opened for the first. */
final class InotifyFolders implements FolderSource {
    // sys/inotify.h
    private static final int IN_MODIFY = 0x0002;
    private static final int IN_CLOSE_WRITE = 0x0008;
    private static final int IN_MOVED_FROM = 0x0040;
    private static final int IN_MOVED_TO = 0x0080;
    private static final int IN_CREATE = 0x0100;
    private static final int IN_DELETE = 0x0200;
    private static final int IN_MOVE_SELF = 0x0800;
    private static final int IN_Q_OVERFLOW = 0x4000;
    private static final int IN_IGNORED = 0x8000;
    private static final int IN_ONLYDIR = 0x0100_0000;
    private static final int IN_EXCL_UNLINK = 0x0400_0000;

    /** IN_EXCL_UNLINK: no events of a file that has no name in the folder any more. */
    private static final int MASK =
            IN_MODIFY
                    | IN_CLOSE_WRITE
                    | IN_MOVED_FROM
                    | IN_MOVED_TO
                    | IN_CREATE
                    | IN_DELETE
                    | IN_MOVE_SELF
                    | IN_ONLYDIR
                    | IN_EXCL_UNLINK;

    // struct inotify_event { int wd; uint32_t mask, cookie, len; char name[]; }
    private static final int MASK_AT = 4;
    private static final int LENGTH_AT = 12;
    private static final int HEADER = 16;

    /** About 500 events. The rest wait for the next iteration, not to delay other fds. */
    private static final int BUFFER_SIZE = 16 * 1024;

    private final EventLoop loop;
    private final LinuxLibC libc;

    /** By watch descriptor, which the kernel never reuses. */
    private final Map<Integer, FolderWatch<?>> watches = new HashMap<>();

    private int fd = -1;
    private NativeMemory memory;

    /** Events not delivered yet; a copy of {@link #memory}, which a callback may free. */
    private ByteBuffer pending = ByteBuffer.allocate(0);

    /** The watches that OVERFLOW is still to be reported to. */
    private final Queue<FolderWatch<?>> overflowed = new ArrayDeque<>();

    InotifyFolders(EventLoop loop, LinuxLibC libc) {
        this.loop = loop;
        this.libc = libc;
    }

    @Override
    public EventSource describe() {
        int probe = fd >= 0 ? fd : libc.inotifyInit();
        if (probe == -Errno.ENOSYS) {
            return new EventSource(
                    EventSource.Kind.FOLDER, false, "this kernel has no inotify: ENOSYS");
        }
        if (probe >= 0 && fd < 0) {
            libc.close(probe);
        }
        return new EventSource(EventSource.Kind.FOLDER, true, "inotify");
    }

    @Override
    public void add(FolderWatch<?> watch) throws ErrnoException {
        if (fd < 0) {
            open();
        }
        int key;
        try (NativeMemory path = NativePath.of(watch.folder())) {
            key =
                    Errno.check(
                            libc.inotifyAddWatch(fd, path.address(), MASK),
                            "watch",
                            watch.folder());
        }
        if (watches.putIfAbsent(key, watch) != null) { // the folder is watched already
            throw Errno.exception(Errno.EEXIST, "watch", watch.folder());
        }
        watch.key = key;
    }

    private void open() throws ErrnoException {
        int opened = Errno.check(libc.inotifyInit(), "inotify_init1 for", "an event loop");
        try {
            loop.add(opened, Events.READ, (ignored, events, self) -> self.read(), this);
        } catch (ErrnoException | RuntimeException e) {
            libc.close(opened);
            throw e;
        }
        fd = opened;
        memory = NativeMemory.allocate(BUFFER_SIZE);
    }

    private void read() throws IOException {
        if (pending.hasRemaining()) { // deliver those first; deliverRest is scheduled
            return;
        }
        int count = libc.read(fd, memory.address(), BUFFER_SIZE);
        if (count == -Errno.EAGAIN || count == -Errno.EINTR) {
            return;
        }
        Errno.check(count, "read of", "inotify's fd " + fd);
        pending = ByteBuffer.allocate(count).order(memory.buffer().order());
        pending.put(memory.buffer().slice(0, count)).flip();
        deliver();
    }

    /** If a callback throws, the rest is delivered in the next iteration. */
    private void deliver() throws IOException {
        try {
            while (!overflowed.isEmpty() || pending.hasRemaining()) {
                if (overflowed.isEmpty()) {
                    int at = pending.position();
                    pending.position(at + HEADER + pending.getInt(at + LENGTH_AT));
                    found(pending, at);
                } else {
                    overflowed.remove().report(FolderChange.OVERFLOW, null);
                }
            }
        } finally {
            if (!overflowed.isEmpty() || pending.hasRemaining()) {
                loop.execute(this::deliverRest);
            }
        }
    }

    private void deliverRest() {
        try {
            deliver();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void found(ByteBuffer events, int at) throws IOException {
        int mask = events.getInt(at + MASK_AT);
        if ((mask & IN_Q_OVERFLOW) != 0) {
            overflowed.addAll(watches.values());
            return;
        }
        FolderWatch<?> watch = watches.get(events.getInt(at));
        if (watch == null) { // removed after the kernel had queued the event
            return;
        }
        if ((mask & IN_MOVE_SELF) != 0) {
            remove(watch);
            watch.reportGone();
        } else if ((mask & IN_IGNORED) != 0) { // deleted or unmounted
            watches.remove(watch.key);
            watch.reportGone();
        } else {
            FolderChange change = change(mask);
            if (change != null) {
                watch.report(change, name(events, at));
            }
        }
    }

    private static FolderChange change(int mask) {
        if ((mask & (IN_CREATE | IN_MOVED_TO)) != 0) {
            return FolderChange.CREATED;
        }
        if ((mask & (IN_DELETE | IN_MOVED_FROM)) != 0) {
            return FolderChange.DELETED;
        }
        return (mask & (IN_MODIFY | IN_CLOSE_WRITE)) != 0 ? FolderChange.MODIFIED : null;
    }

    /** The name of an event, which is padded with NULs. */
    private static String name(ByteBuffer events, int at) {
        int start = at + HEADER;
        int end = start;
        while (end < start + events.getInt(at + LENGTH_AT) && events.get(end) != 0) {
            end++;
        }
        byte[] name = new byte[end - start];
        events.get(start, name);
        return new String(name, NativePath.CHARSET);
    }

    @Override
    public void remove(FolderWatch<?> watch) {
        watches.remove(watch.key);
        libc.inotifyRemoveWatch(fd, watch.key);
    }

    @Override
    public void close() {
        if (fd >= 0) {
            Fds.delete(loop, libc, fd);
            memory.close();
            fd = -1;
        }
    }
}
