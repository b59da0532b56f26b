package dev.eventloop.benchmarks.ring;

import dev.eventloop.benchmarks.pipes.WatchedPipes;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** Pipes in a ring: whoever becomes ready reads one byte and writes one to the next. */
final class Ring implements WatchedPipes.Ready, AutoCloseable {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final int size;
    private final WatchedPipes pipes;
    private int received;
    private int toWrite;

    Ring(String loop, int size) throws IOException {
        this.size = size;
        this.pipes = WatchedPipes.open(loop, size, this);
        touchAll();
    }

    /** A pipe's first byte makes the kernel allocate a page, which is not what is measured. */
    private void touchAll() throws IOException {
        for (int pipe = 0; pipe < size; pipe++) {
            pipes.put(pipe);
            pipes.take(pipe);
        }
    }

    int size() {
        return size;
    }

    /**
     * Lets bytes go round until there have been exactly so many events.
     *
     * @param active how many bytes are on the way at a time, at equal distances
     * @return nanoseconds of this thread's processor time: what else runs on the machine does not
     *     count, and nobody waits here, since something is always ready
     */
    long run(int active, int events) throws IOException {
        received = 0;
        toWrite = events - active;
        long start = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < active; i++) {
            pipes.put(i * (size / active));
        }
        while (received < events) {
            pipes.await();
        }
        return THREADS.getCurrentThreadCpuTime() - start;
    }

    int received() {
        return received;
    }

    /** How many more events there would be: none, if the bytes ended with the run. */
    int leftOver() throws IOException {
        int before = received;
        pipes.poll();
        return received - before;
    }

    @Override
    public void onReady(int pipe) throws IOException {
        pipes.take(pipe);
        received++;
        if (toWrite > 0) {
            toWrite--;
            pipes.put(pipe + 1 == size ? 0 : pipe + 1);
        }
    }

    @Override
    public void close() throws IOException {
        pipes.close();
    }
}
