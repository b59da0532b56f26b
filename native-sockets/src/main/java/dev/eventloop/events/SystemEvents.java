package dev.eventloop.events;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.libc.BsdLibC;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.LinuxLibC;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Signals, the end of processes and changes in folders, told by an {@link EventLoop} as it tells of
 * sockets: on its thread, one after the other. For timers see {@link EventLoop#newTimer}.
 *
 * <pre>{@code
 * SystemEvents events = SystemEvents.on(loop);
 * events.signal("SIGTERM", (name, none) -> loop.stop(), null);
 * events.exit(child, (pid, code, none) -> System.out.println(pid + " exited with " + code), null);
 * events.folder(Path.of("/etc"), (change, name, none) -> System.out.println(change + " " + name), null);
 * }</pre>
 *
 * <p>Threads: as for {@link EventLoop#add}. What a callback throws goes where the loop puts it.
 */
public final class SystemEvents implements AutoCloseable {
    private final EventLoop loop;
    private final ExitSource exits;
    private final FolderSource folders;
    private final Set<Watch> watches = new LinkedHashSet<>();
    private boolean closed;

    /** Events of the given kernel: of Linux, or of macOS or a BSD. */
    public SystemEvents(EventLoop loop, LibC libc) {
        this.loop = loop;
        if (libc instanceof LinuxLibC linux) {
            exits = new Pidfds(loop, linux);
            folders = new InotifyFolders(loop, linux);
        } else {
            KernelQueue queue = new KernelQueue(loop, (BsdLibC) libc);
            exits = queue;
            folders = new VnodeFolders(queue);
        }
    }

    /**
     * Events of this machine, through a loop.
     *
     * @throws UnsupportedOperationException if its C library is not bound
     */
    public static SystemEvents on(EventLoop loop) {
        return new SystemEvents(loop, LibC.system());
    }

    /** What there is on this machine, timers included, and how it is done; or why it is not. */
    public List<EventSource> capabilities() {
        return List.of(
                new EventSource(EventSource.Kind.TIMER, true, "of the event loop itself"),
                new EventSource(
                        EventSource.Kind.SIGNAL,
                        true,
                        "through the JVM, which keeps some for itself"),
                exits.describe(),
                folders.describe());
    }

    /**
     * Watches for a signal, in place of what it would do otherwise: SIGTERM no longer ends the
     * process. Several watches of one signal, of several loops, all hear of it. When the last of
     * them is closed, SIGHUP, SIGINT and SIGTERM end the process again; the others are ignored.
     *
     * <p>No signalfd(2), and no EVFILT_SIGNAL: both want the signal blocked or ignored in every
     * thread, and threads of a JVM block none of them. Its own dispatcher hands it to the loop.
     *
     * @param name such as {@code "SIGHUP"}
     * @throws IllegalArgumentException if there is no such signal, or the JVM or the system keeps
     *     it (SIGKILL, SIGQUIT, SIGSEGV, SIGUSR2 …)
     */
    public <A> Watch signal(String name, SignalCallback<? super A> callback, A attachment) {
        checkOpen();
        SignalWatch<A> watch = new SignalWatch<>(this, name, callback, attachment);
        SignalTable.add(watch);
        return opened(watch);
    }

    /**
     * Watches for the end of a child, whose exit code is told. One that has ended already is told
     * of too.
     *
     * <p>The kernel says when it is over; with which code is for the JVM to know, since it is who
     * waits for its children: wait(2) tells one only.
     */
    public <A> Watch exit(Process child, ExitCallback<? super A> callback, A attachment) {
        checkOpen();
        return opened(new ExitWatch<>(this, child.toHandle(), child, callback, attachment)).begin();
    }

    /**
     * Watches for the end of any process that this one may see; {@link ExitCallback#UNKNOWN} is its
     * exit code. One that has ended already is told of too.
     *
     * @throws IllegalArgumentException if it is this process
     */
    public <A> Watch exit(ProcessHandle process, ExitCallback<? super A> callback, A attachment) {
        checkOpen();
        if (process.pid() == ProcessHandle.current().pid()) {
            throw new IllegalArgumentException("nobody can see the end of his own process");
        }
        return opened(new ExitWatch<>(this, process, null, callback, attachment)).begin();
    }

    /**
     * Watches a folder: what is created in it, written to, and deleted. Not what happens in folders
     * within, nor what is done to files by another name of theirs elsewhere. To watch one file,
     * watch its folder: editors put a new file in its place.
     *
     * @throws ErrnoException ENOENT, ENOTDIR, EACCES; EEXIST if this object watches it already;
     *     EMFILE, ENOSPC if the kernel's limits are reached: inotify(7), "/proc interfaces"
     * @throws UnsupportedOperationException where {@link #capabilities} says that it is not there
     */
    public <A> Watch folder(Path folder, FolderCallback<? super A> callback, A attachment)
            throws ErrnoException {
        checkOpen();
        EventSource source = folders.describe();
        if (!source.available()) {
            throw new UnsupportedOperationException("folders cannot be watched: " + source.how());
        }
        FolderWatch<A> watch = new FolderWatch<>(this, folder, callback, attachment);
        folders.add(watch);
        return opened(watch);
    }

    /** Ends all watches. Before the loop is closed; idempotent. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        new ArrayList<>(watches).forEach(Watch::close);
        closed = true;
        folders.close();
        exits.close();
    }

    EventLoop loop() {
        return loop;
    }

    ExitSource exits() {
        return exits;
    }

    FolderSource folders() {
        return folders;
    }

    void forget(Watch watch) {
        watches.remove(watch);
    }

    private <W extends Watch> W opened(W watch) {
        watches.add(watch);
        return watch;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("these system events are closed");
        }
    }
}
