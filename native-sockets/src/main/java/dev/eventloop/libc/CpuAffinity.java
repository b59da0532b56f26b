package dev.eventloop.libc;

import dev.eventloop.ErrnoException;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;

/**
 * The cores that a thread may run on: sched_setaffinity(2) of Linux. macOS has no such call; that
 * of FreeBSD, cpuset_setaffinity(2), is not bound.
 */
public final class CpuAffinity {
    /** The largest CONFIG_NR_CPUS. A kernel built for more cores returns EINVAL. */
    private static final int MAX_CORES = 8192;

    private static final int CALLING_THREAD = 0;

    private CpuAffinity() {}

    /**
     * The reason why threads cannot be bound to cores here, as a clause without a period; null if
     * they can.
     */
    public static String unavailableBecause() {
        String unbound = OperatingSystem.unavailableBecause();
        return unbound != null || OperatingSystem.current() == OperatingSystem.LINUX
                ? unbound
                : "threads can be bound to cores on Linux only";
    }

    /**
     * The cores that the calling thread may run on, in ascending order; taskset(1) or a cgroup may
     * exclude some cores of the machine.
     *
     * @throws UnsupportedOperationException if {@link #unavailableBecause} is not null
     */
    public static int[] allowed() throws ErrnoException {
        checkAvailable();
        try (NativeMemory mask = NativeMemory.allocate(MAX_CORES / Byte.SIZE)) {
            int result =
                    ProcessCalls.LIBC.sched_getaffinity(
                            CALLING_THREAD, mask.size(), mask.address());
            check(result, "sched_getaffinity", "this thread");
            ByteBuffer bits = mask.buffer();
            return IntStream.range(0, MAX_CORES)
                    .filter(core -> (bits.getLong(word(core)) & bit(core)) != 0)
                    .toArray();
        }
    }

    /**
     * Binds the calling thread to one core.
     *
     * @param core from 0 on
     * @throws UnsupportedOperationException if {@link #unavailableBecause} is not null
     * @throws ErrnoException EINVAL if the core is not in {@link #allowed}
     * @throws IllegalArgumentException if the core is not from 0 to 8191
     */
    public static void bind(int core) throws ErrnoException {
        checkAvailable();
        if (core < 0 || core >= MAX_CORES) {
            throw new IllegalArgumentException(
                    "cannot bind to core " + core + "; give one from 0 to " + (MAX_CORES - 1));
        }
        try (NativeMemory mask = NativeMemory.allocate(MAX_CORES / Byte.SIZE)) {
            mask.buffer().putLong(word(core), bit(core));
            int result =
                    ProcessCalls.LIBC.sched_setaffinity(
                            CALLING_THREAD, mask.size(), mask.address());
            check(result, "sched_setaffinity", "core " + core);
        }
    }

    /** The mask is an array of native longs. */
    private static int word(int core) {
        return core / Long.SIZE * Long.BYTES;
    }

    private static long bit(int core) {
        return 1L << core;
    }

    private static void check(int result, String operation, String object) throws ErrnoException {
        if (result < 0) {
            int errno = jnr.ffi.Runtime.getSystemRuntime().getLastError();
            throw Errno.exception(errno, operation, object);
        }
    }

    private static void checkAvailable() {
        String why = unavailableBecause();
        if (why != null) {
            throw new UnsupportedOperationException(why);
        }
    }
}
