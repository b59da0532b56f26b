package dev.eventloop.kqueue;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.BsdLibC;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.KeventLayout;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.net.WakeupPipe;

/**
 * Ends a wait from any thread: an event of EVFILT_USER, or a pipe where the kernel has no such
 * filter (OpenBSD before 2025).
 */
final class Wakeup implements AutoCloseable {
    /** No loop's token: its lower half is no file descriptor. */
    static final long TOKEN = -1;

    // sys/event.h, the same everywhere
    private static final int EV_CLEAR = 0x0020;
    private static final int NOTE_TRIGGER = 0x01000000;

    private final BsdLibC libc;
    private final KeventLayout layout;

    /** The change that triggers; written once, read by any thread. */
    private final NativeMemory trigger;

    private WakeupPipe pipe;

    Wakeup(BsdLibC libc, KeventLayout layout) {
        this.libc = libc;
        this.layout = layout;
        this.trigger = NativeMemory.allocate(layout.size());
        layout.put(trigger.buffer(), 0, TOKEN, layout.evfiltUser(), 0, NOTE_TRIGGER, TOKEN);
    }

    /** From now on it ends the waits on this kqueue. */
    void watch(int kqueueFd, ChangeList changes) throws ErrnoException {
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

    /** Any thread. */
    void signal(int kqueueFd) {
        if (pipe == null) {
            libc.kevent(kqueueFd, trigger.address(), 1, 0, 0, 0);
        } else {
            pipe.signal();
        }
    }

    /** Its event was reported. */
    void heard() {
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
