package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;

/** The state of one process: its descriptors, its faults, its trace and counters. */
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

    /** The socket of an fd; null if it is none, with the errno in {@link #notASocket}. */
    Socket socket(int fd) {
        return table.get(fd) instanceof Socket socket ? socket : null;
    }

    /** The stream socket of an fd; null if it is none, with the errno in {@link #notASocket}. */
    StreamSocket stream(int fd) {
        return table.get(fd) instanceof StreamSocket socket ? socket : null;
    }

    /** The UDP socket of an fd; null if it is none. */
    DatagramSocket datagram(int fd) {
        return table.get(fd) instanceof DatagramSocket socket ? socket : null;
    }

    /** -EBADF, -ENOTSOCK, or -EOPNOTSUPP if it is a socket, but of the other kind. */
    int notASocket(int fd) {
        if (socket(fd) != null) {
            return -Errno.EOPNOTSUPP;
        }
        return table.get(fd) == null ? -Errno.EBADF : -Errno.ENOTSOCK;
    }

    /** The fault injected into a transfer of a datagram; 0 for none. */
    int datagramFault(DatagramSocket socket, boolean moves) {
        int fault = moves ? transientFault() : 0;
        if (fault < 0) {
            socket.wake(PollBits.ANY); // an edge, or an edge-triggered caller would wait forever
        }
        return fault;
    }

    /** Counts a wait; whether EINTR is injected. */
    boolean interruptsWait(long timeoutNanos) {
        waits++;
        return timeoutNanos != 0 && chance.of(Fault.INTERRUPTED_WAIT);
    }

    /** An injected -EINTR or -EAGAIN; 0 for none. */
    int transientFault() {
        if (chance.of(Fault.INTERRUPTED)) {
            return -Errno.EINTR;
        }
        return chance.of(Fault.AGAIN) ? -Errno.EAGAIN : 0;
    }

    /** An injected -EMFILE or -ENOBUFS; 0 for none. */
    int resourceFault() {
        if (chance.of(Fault.OUT_OF_FILES)) {
            return -Errno.EMFILE;
        }
        return chance.of(Fault.OUT_OF_BUFFERS) ? -Errno.ENOBUFS : 0;
    }

    /** The fault injected into a transfer that would move bytes; 0 for none. */
    int transferFault(StreamSocket socket, boolean moves) {
        if (!moves) {
            return 0;
        }
        if (chance.of(Fault.RESET) && !socket.isUnix()) {
            socket.cut();
            return 0;
        }
        int fault = socket.isConnected() ? transientFault() : 0;
        if (fault < 0) {
            socket.wake(PollBits.ANY); // an edge, or an edge-triggered caller would wait forever
        }
        return fault;
    }

    /** The number of bytes to move, smaller than requested after an injected short transfer. */
    int shorten(StreamSocket socket, int length) {
        int shortened = chance.shorten(length);
        if (shortened < length) {
            socket.wake(PollBits.ANY); // an edge, as above: the rest is possible
        }
        return shortened;
    }

    /** Counts a call as progress if it moved bytes or reported EOF for the first time. */
    int moved(int result, boolean firstEof) {
        progress += result > 0 || firstEof ? 1 : 0;
        return result;
    }

    /** Counts a call as progress if its result says that it changed something. */
    int changed(int result) {
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
