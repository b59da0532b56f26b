package dev.eventloop.benchmarks.ring;

import dev.eventloop.benchmarks.pipes.WatchedPipes;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** A ring of pipes: for each ready pipe, reads one byte and writes one to the next pipe. */
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

    /** A pipe's first byte makes the kernel allocate a page, which must not be measured. */
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
     * Circulates bytes until there have been exactly {@code events} events.
     *
     * @param active how many bytes circulate, at equal distances
     * @return this thread's CPU time in nanoseconds, which excludes other programs; a wait never
     *     blocks, since some pipe is always ready
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

    /** Returns the number of further events: 0 if the run consumed all bytes. */
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
