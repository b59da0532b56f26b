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
 * Signals, exits of processes and changes in folders, delivered by an {@link EventLoop} like the
 * readiness of sockets: on its thread, one callback at a time. For timers see {@link
 * EventLoop#newTimer}.
 *
 * <pre>{@code
 * SystemEvents events = SystemEvents.on(loop);
 * events.signal("SIGTERM", (name, none) -> loop.stop(), null);
 * events.exit(child, (pid, code, none) -> System.out.println(pid + " exited with " + code), null);
 * events.folder(Path.of("/etc"), (change, name, none) -> System.out.println(change + " " + name), null);
 * }</pre>
 *
 * <p>Threads: as for {@link EventLoop#add}. The loop handles what a callback throws, as it does for
 * fd callbacks.
 */
public final class SystemEvents implements AutoCloseable {
    private final EventLoop loop;
    private final ExitSource exits;
    private final FolderSource folders;
    private final Set<Watch> watches = new LinkedHashSet<>();
    private boolean closed;

    /** Events of the given kernel: a {@link LinuxLibC} or a {@link BsdLibC}. */
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
     * Events of this machine, delivered by {@code loop}.
     *
     * @throws UnsupportedOperationException if the C library of this system is not bound
     */
    public static SystemEvents on(EventLoop loop) {
        return new SystemEvents(loop, LibC.system());
    }

    /**
     * The kinds of events, timers included: the mechanism of each on this machine, or the reason
     * why it is not available.
     */
    public List<EventSource> capabilities() {
        return List.of(
                new EventSource(EventSource.Kind.TIMER, true, "built into the event loop"),
                new EventSource(
                        EventSource.Kind.SIGNAL,
                        true,
                        "through the JVM, which reserves some signals"),
                exits.describe(),
                folders.describe());
    }

    /**
     * Watches for a signal, in place of its default action: SIGTERM no longer ends the process.
     * Several watches of one signal, on several loops too, all get it. After the last of them is
     * closed, SIGHUP, SIGINT and SIGTERM end the process again; other signals are ignored.
     *
     * <p>It uses the JVM's signal dispatcher, not signalfd(2) or EVFILT_SIGNAL: those require that
     * every thread blocks or ignores the signal, and the JVM's threads do not.
     *
     * @param name such as {@code "SIGHUP"}
     * @throws IllegalArgumentException if there is no such signal, or the JVM or the kernel
     *     reserves it (SIGKILL, SIGQUIT, SIGSEGV, SIGUSR2 …)
     */
    public <A> Watch signal(String name, SignalCallback<? super A> callback, A attachment) {
        checkOpen();
        SignalWatch<A> watch = new SignalWatch<>(this, name, callback, attachment);
        SignalTable.add(watch);
        return opened(watch);
    }

    /**
     * Watches for the exit of a child and reports its exit code, even if it has exited already.
     *
     * <p>The kernel reports the exit. The exit code comes from the JVM, which calls waitpid(2) for
     * its children; the kernel gives the code to one caller only.
     */
    public <A> Watch exit(Process child, ExitCallback<? super A> callback, A attachment) {
        checkOpen();
        return opened(new ExitWatch<>(this, child.toHandle(), child, callback, attachment)).begin();
    }

    /**
     * Watches for the exit of any process that this one may see, even if it has exited already. The
     * exit code is {@link ExitCallback#UNKNOWN}.
     *
     * @throws IllegalArgumentException if it is this process
     */
    public <A> Watch exit(ProcessHandle process, ExitCallback<? super A> callback, A attachment) {
        checkOpen();
        if (process.pid() == ProcessHandle.current().pid()) {
            throw new IllegalArgumentException(
                    "cannot watch for the exit of this process; give another one");
        }
        return opened(new ExitWatch<>(this, process, null, callback, attachment)).begin();
    }

    /**
     * Watches a folder for files that are created, written to or deleted. Changes in subfolders are
     * not reported, nor are writes through a hard link in another folder. To watch one file, watch
     * its folder, since editors replace the file.
     *
     * @throws ErrnoException ENOENT, ENOTDIR, EACCES; EEXIST if this object watches it already;
     *     EMFILE, ENOSPC at the limits of inotify(7), "/proc interfaces"
     * @throws UnsupportedOperationException if {@link #capabilities} reports FOLDER as not
     *     available
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

    /** Closes all watches. Call it before closing the loop. Idempotent. */
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
            throw new IllegalStateException("cannot add a watch: these system events are closed");
        }
    }
}
