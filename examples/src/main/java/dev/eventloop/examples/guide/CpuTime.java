package dev.eventloop.examples.guide;

import java.io.IOException;
import java.lang.management.ManagementFactory;

/**
 * The CPU time and heap memory that some work costs this thread. Reports the best of several runs,
 * because other programs and the JIT compiler disturb the rest.
 *
 * @param nanos CPU time in nanoseconds
 * @param allocated bytes allocated on the heap
 */
record CpuTime(long nanos, long allocated) {
    private static final int TIMES = 5;

    /** The work to measure. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException;
    }

    static CpuTime of(Work work) throws IOException {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        CpuTime best = new CpuTime(Long.MAX_VALUE, 0);
        for (int i = 0; i < TIMES; i++) {
            long allocated = threads.getCurrentThreadAllocatedBytes();
            long start = threads.getCurrentThreadCpuTime();
            work.run();
            long nanos = threads.getCurrentThreadCpuTime() - start;
            if (nanos < best.nanos) {
                allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
                best = new CpuTime(nanos, allocated);
            }
        }
        return best;
    }
}
