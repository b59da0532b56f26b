package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;

/** What the kernel knows of one process: its descriptors, its luck, what it has done so far. */
final class UserProcess {
    final World world;
    final KernelOptions options;
    final FdTable table;
    final Chance chance;
    final Trace trace;
    private long waits;
    private long progress;

    UserProcess(World world, KernelOptions options) {
        this.world = world;
        this.options = options;
        this.table = new FdTable(options.openFileLimit());
        this.chance = new Chance(world.random.split(), options.faults());
        this.trace = new Trace(world, options.trace());
    }

    /** Null for what is no socket; {@link #notASocket} says why. */
    StreamSocket socket(int fd) {
        return table.get(fd) instanceof StreamSocket socket ? socket : null;
    }

    int notASocket(int fd) {
        return table.get(fd) == null ? -Errno.EBADF : -Errno.ENOTSOCK;
    }

    /** Counts a wait; whether a signal ends it. */
    boolean interruptsWait(long timeoutNanos) {
        waits++;
        return timeoutNanos != 0 && chance.of(Fault.INTERRUPTED_WAIT);
    }

    /** -EINTR, -EAGAIN, or 0 for neither. */
    int interruptedOrAgain() {
        if (chance.of(Fault.INTERRUPTED)) {
            return -Errno.EINTR;
        }
        return chance.of(Fault.AGAIN) ? -Errno.EAGAIN : 0;
    }

    /** -EMFILE, -ENOBUFS, or 0 for neither. */
    int outOfSomething() {
        if (chance.of(Fault.OUT_OF_FILES)) {
            return -Errno.EMFILE;
        }
        return chance.of(Fault.OUT_OF_BUFFERS) ? -Errno.ENOBUFS : 0;
    }

    /** What goes wrong with a transfer that would move bytes; 0 for nothing. */
    int transferFault(StreamSocket socket, boolean moves) {
        if (!moves) {
            return 0;
        }
        if (chance.of(Fault.RESET) && !socket.isUnix()) {
            socket.cut();
            return 0;
        }
        int fault = socket.isConnected() ? interruptedOrAgain() : 0;
        if (fault < 0) {
            socket.wake(PollBits.ANY); // as though it had become possible a moment later
        }
        return fault;
    }

    /** How many of so many bytes may move at once. */
    int shorten(StreamSocket socket, int length) {
        int shortened = chance.shorten(length);
        if (shortened < length) {
            socket.wake(PollBits.ANY); // as though the rest had become possible a moment later
        }
        return shortened;
    }

    /** Counts the bytes of a call as progress, if it moved any, and the end if it is news. */
    int moved(int result, boolean toldTheEnd) {
        progress += result > 0 || toldTheEnd ? 1 : 0;
        return result;
    }

    /** Counts what changed something: a call with this result. */
    int done(int result) {
        progress += result >= 0 || result == -Errno.EINPROGRESS ? 1 : 0;
        return result;
    }

    long waits() {
        return waits;
    }

    long progress() {
        return progress;
    }
}
