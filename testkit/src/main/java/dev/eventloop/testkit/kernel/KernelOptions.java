package dev.eventloop.testkit.kernel;

import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/** Options of a {@link SimulatedKernel}. Immutable: every setter returns a changed copy. */
public final class KernelOptions implements Cloneable {
    /** Architectures with a packed struct epoll_event: linux/eventpoll.h, EPOLL_PACKED. */
    private static final Set<String> X86_64 = Set.of("amd64", "x86_64");

    private long seed;
    private Faults faults = Faults.none();
    private long minLatency;
    private long maxLatency;
    private int openFileLimit = 20_000;
    private int socketBuffer = 208 * 1024;
    private boolean wallClock;
    private int epollEventSize = X86_64.contains(System.getProperty("os.arch")) ? 12 : 16;
    private int keventSize = 32;
    private Consumer<String> trace;

    private KernelOptions() {}

    /**
     * Seed 0, no faults, no latency: sent bytes arrive before the call returns. A virtual clock,
     * 20,000 open files, buffers of 208 KiB, the struct epoll_event of this machine and a struct
     * kevent of 32 bytes.
     */
    public static KernelOptions defaults() {
        return new KernelOptions();
    }

    /** The seed of the random generator that faults, latencies and segment sizes come from. */
    public KernelOptions seed(long seed) {
        KernelOptions copy = copy();
        copy.seed = seed;
        return copy;
    }

    /** Which faults happen, and how often. */
    public KernelOptions faults(Faults faults) {
        KernelOptions copy = copy();
        copy.faults = Objects.requireNonNull(faults, "faults");
        return copy;
    }

    /**
     * The latency of a TCP segment, uniformly random within the range. Segments are not reordered.
     */
    public KernelOptions latency(Duration min, Duration max) {
        if (min.isNegative() || min.compareTo(max) > 0) {
            throw new IllegalArgumentException(
                    "the latency is " + min + " to " + max + "; it must be 0 <= min <= max");
        }
        KernelOptions copy = copy();
        copy.minLatency = min.toNanos();
        copy.maxLatency = max.toNanos();
        return copy;
    }

    /** RLIMIT_NOFILE: the highest possible fd plus one. */
    public KernelOptions openFileLimit(int openFileLimit) {
        KernelOptions copy = copy();
        copy.openFileLimit = openFileLimit;
        return copy;
    }

    /** The size of send and receive buffers in bytes, unless SO_SNDBUF or SO_RCVBUF is set. */
    public KernelOptions socketBuffer(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException(
                    "the socket buffer is " + bytes + " bytes; it must be at least 1");
        }
        KernelOptions copy = copy();
        copy.socketBuffer = bytes;
        return copy;
    }

    /** Real time: waits block, and other threads may end them. Runs are not reproducible. */
    public KernelOptions wallClock() {
        KernelOptions copy = copy();
        copy.wallClock = true;
        return copy;
    }

    /** The size of struct epoll_event in bytes: 12 as on x86-64, or 16 as elsewhere. */
    public KernelOptions epollEventSize(int bytes) {
        if (bytes != 12 && bytes != 16) {
            throw new IllegalArgumentException(
                    "the size of epoll_event is " + bytes + "; it must be 12 or 16");
        }
        KernelOptions copy = copy();
        copy.epollEventSize = bytes;
        return copy;
    }

    /** The size of struct kevent in bytes: 32 as on macOS, or 64 as on FreeBSD 12 and later. */
    public KernelOptions keventSize(int bytes) {
        if (bytes != 32 && bytes != 64) {
            throw new IllegalArgumentException(
                    "the size of kevent is " + bytes + "; it must be 32 or 64");
        }
        KernelOptions copy = copy();
        copy.keventSize = bytes;
        return copy;
    }

    /** Receives a line for each system call and its result; null for no trace. */
    public KernelOptions trace(Consumer<String> trace) {
        KernelOptions copy = copy();
        copy.trace = trace;
        return copy;
    }

    long seed() {
        return seed;
    }

    Faults faults() {
        return faults;
    }

    long minLatency() {
        return minLatency;
    }

    long maxLatency() {
        return maxLatency;
    }

    int openFileLimit() {
        return openFileLimit;
    }

    int socketBuffer() {
        return socketBuffer;
    }

    boolean isWallClock() {
        return wallClock;
    }

    int epollEventSize() {
        return epollEventSize;
    }

    int keventSize() {
        return keventSize;
    }

    Consumer<String> trace() {
        return trace;
    }

    private KernelOptions copy() {
        try {
            return (KernelOptions) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }
}
