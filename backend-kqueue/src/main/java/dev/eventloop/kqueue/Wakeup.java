package dev.eventloop.kqueue;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.BsdLibC;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.KeventLayout;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.net.WakeupPipe;
import java.io.UncheckedIOException;

/**
 * Ends a wait from any thread: an event of EVFILT_USER, or a pipe where the kernel lacks that
 * filter (OpenBSD before 2025). {@link #signal} may be called by any thread, the other methods only
 * by the thread that waits.
 */
final class Wakeup implements AutoCloseable {
    /** Differs from every token of the loop: as an fd its lower half would be negative. */
    static final long TOKEN = -1;

    // sys/event.h, the same everywhere
    private static final int EV_CLEAR = 0x0020;
    private static final int NOTE_TRIGGER = 0x01000000;

    private final BsdLibC libc;
    private final KeventLayout layout;

    /** Null where EVFILT_USER works. */
    private WakeupPipe pipe;

    /** The change that triggers the event; written once, read by any thread. */
    private final NativeMemory trigger;

    Wakeup(BsdLibC libc, KeventLayout layout) {
        this.libc = libc;
        this.layout = layout;
        this.trigger = NativeMemory.allocate(layout.size());
        layout.put(trigger.buffer(), 0, TOKEN, layout.evfiltUser(), 0, NOTE_TRIGGER, TOKEN);
    }

    /** Registers the event with a kqueue, edge-triggered, or else the pipe, level-triggered. */
    void arm(int kqueueFd, ChangeList changes) throws ErrnoException {
        if (pipe == null) {
            changes.add(TOKEN, layout.evfiltUser(), EV_CLEAR, 0, TOKEN);
            if (changes.apply(kqueueFd) == 0) {
                return;
            }
            pipe = new WakeupPipe(libc);
        }
        changes.add(pipe.readFd(), layout.evfiltRead(), 0, 0, TOKEN);
        Errno.check(-changes.apply(kqueueFd), "add", "the wake-up fd " + pipe.readFd());
    }

    /**
     * Triggers the event. Any thread.
     *
     * @throws UncheckedIOException EBADF or EPIPE if other code has closed the kqueue or an end of
     *     the pipe
     */
    void signal(int kqueueFd) {
        if (pipe == null) {
            int result = libc.kevent(kqueueFd, trigger.address(), 1, 0, 0, 0);
            if (result < 0 && result != -Errno.EINTR) {
                throw WakeupPipe.lost(-result, "kevent on", kqueueFd);
            }
        } else {
            pipe.signal();
        }
    }

    /** Clears all signals; nothing to do for the event, which EV_CLEAR resets. */
    void drain() throws ErrnoException {
        if (pipe != null) {
            pipe.drain();
        }
    }

    @Override
    public void close() {
        if (pipe != null) {
            pipe.close();
        }
        trigger.close();
    }
}
