package dev.eventloop.lb;

import dev.eventloop.Capability;
import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.Timer;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.NativeAddress;
import java.time.Duration;

/**
 * A worker's listener, its own or one that it shares with the others. Where there is no room for
 * another client, be it in the pool or in the table of open files, it stops listening to its
 * listener: those who come wait in the kernel's backlog and are not turned away.
 */
final class Acceptor {
    /** A crowd at the door must not starve those inside. */
    private static final int ACCEPTS_PER_TURN = 8;

    /** More than a round trip, so that a handshake that has begun can end. */
    private static final Duration HANDSHAKE_TIME = Duration.ofMillis(100);

    private static final long NANOS_BETWEEN_WARNINGS = Duration.ofMinutes(1).toNanos();

    private final Worker worker;
    private final ClientSlots slots;
    private final NativeAddress peer = new NativeAddress();
    private final Timer descriptorCheck;
    private final Timer closeTimer;
    private int listenFd;

    /** What to watch the listener for. */
    private final int interest;

    private boolean paused;

    /** How many who are inside wait for a descriptor; they come first. */
    private int claims;

    private boolean closing;
    private boolean warned;
    private long warnedAt;

    Acceptor(Worker worker, ClientSlots slots, int listenFd) {
        this.worker = worker;
        this.slots = slots;
        this.listenFd = listenFd;
        boolean exclusive =
                worker.settings().acceptMode() == AcceptMode.EXCLUSIVE
                        && worker.loop().capabilities().contains(Capability.EXCLUSIVE);
        this.interest = exclusive ? Events.READ | Events.EXCLUSIVE : Events.READ;
        this.descriptorCheck = worker.loop().newTimer(this::resume);
        this.closeTimer = worker.loop().newTimer(this::finishClosing);
    }

    void open() throws ErrnoException {
        watch();
    }

    private void watch() throws ErrnoException {
        worker.loop().add(listenFd, interest, (fd, events, self) -> self.accept(), this);
    }

    private void accept() {
        for (int i = 0; i < ACCEPTS_PER_TURN && !paused && listenFd >= 0; i++) {
            if (!closing && !slots.take()) {
                outOfSlots();
                return;
            }
            int result = acceptOne();
            if (result < 0) {
                if (!closing) {
                    slots.give();
                }
                if (worker.isOutOfDescriptors(result) || !isAborted(result)) {
                    return;
                }
            }
        }
    }

    private int acceptOne() {
        int fd = worker.sockets().accept(listenFd, peer);
        if (fd >= 0) {
            worker.accepted(fd, peer);
        }
        return fd;
    }

    /** A connection that was aborted in the backlog says nothing about the next: accept(2). */
    private static boolean isAborted(int result) {
        return result == -Errno.ECONNABORTED || result == -Errno.EINTR;
    }

    /** Accepting goes on when a descriptor comes back. */
    void outOfDescriptors(int errno) {
        if (isTimeToWarn()) {
            worker.log()
                    .warn(
                            "accepting pauses until file descriptors come back: {} ({}); raise the limit of"
                                    + " open files (ulimit -n) or lower --max-clients",
                            Errno.description(errno),
                            Errno.name(errno));
        }
        pause();
        descriptorCheck.start(Worker.DESCRIPTOR_CHECK);
    }

    /** Accepting goes on when a client leaves. */
    private void outOfSlots() {
        if (isTimeToWarn()) {
            worker.log()
                    .warn(
                            "accepting pauses: there are {} clients, as many as --max-clients lets in;"
                                    + " others wait",
                            worker.settings().maxClients());
        }
        pause();
    }

    /** A connection was reset for want of memory. */
    void outOfMemory() {
        if (isTimeToWarn()) {
            worker.log()
                    .warn(
                            "connections are reset, since the system has no memory for their bytes:"
                                    + " {} (ENOMEM); raise its limits (ulimit -v, the cgroup's"
                                    + " memory.max, vm.max_map_count) or lower --max-clients",
                            Errno.description(Errno.ENOMEM));
        }
    }

    private boolean isTimeToWarn() {
        long now = worker.now();
        boolean time = !warned || now - warnedAt > NANOS_BETWEEN_WARNINGS;
        if (time) {
            warned = true;
            warnedAt = now;
        }
        return time;
    }

    void claimDescriptors(int more) {
        claims += more;
    }

    private void pause() {
        if (paused || listenFd < 0) {
            return;
        }
        paused = true;
        try {
            worker.loop().del(listenFd); // and not a change, which exclusive ones know none of
        } catch (ErrnoException e) {
            worker.log().error("the listener on {}", worker.settings().address(), e);
        }
    }

    /** There may be room again. */
    void resume() {
        if (!paused || listenFd < 0) {
            return;
        }
        if (claims > 0) {
            descriptorCheck.start(Worker.DESCRIPTOR_CHECK);
            return;
        }
        try {
            watch();
            paused = false;
        } catch (ErrnoException e) {
            worker.log().error("the listener on {}", worker.settings().address(), e);
            descriptorCheck.start(Worker.DESCRIPTOR_CHECK);
        }
    }

    /**
     * Lets nobody begin to connect any more, but takes in who has begun, more than there are slots
     * for if need be: to close the listener now would reset whoever is in the backlog, or whose
     * handshake is about to end. It is closed a moment later.
     */
    void startClosing() {
        if (closing || listenFd < 0) {
            return;
        }
        closing = true;
        worker.sockets().dropHandshakes(listenFd);
        resume();
        closeTimer.start(HANDSHAKE_TIME);
    }

    /** Once nobody is left in the backlog; without descriptors that may take until some end. */
    private void finishClosing() {
        int result = 0;
        while (claims == 0) {
            result = acceptOne();
            if (result < 0 && !isAborted(result)) {
                break;
            }
        }
        if (claims > 0 || worker.isOutOfDescriptors(result)) {
            closeTimer.start(HANDSHAKE_TIME);
        } else {
            abort();
            worker.listenerClosed();
        }
    }

    boolean isClosed() {
        return listenFd < 0;
    }

    /** Closes. */
    void abort() {
        if (listenFd < 0) {
            return;
        }
        descriptorCheck.cancel();
        closeTimer.cancel();
        pause(); // it may live on under another worker's number
        worker.sockets().close(listenFd);
        listenFd = -1;
    }

    void free() {
        peer.close();
    }
}
