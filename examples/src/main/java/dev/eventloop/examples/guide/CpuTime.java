package dev.eventloop.examples.guide;

import java.io.IOException;
import java.lang.management.ManagementFactory;

/**
 * What work takes of this thread's processor time, and of memory. The best of a few times: others
 * use the machine too, and the JVM compiles meanwhile.
 *
 * @param nanos of the processor
 * @param allocated bytes of the heap
 */
record CpuTime(long nanos, long allocated) {
    private static final int TIMES = 5;

    /** What is measured. */
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
