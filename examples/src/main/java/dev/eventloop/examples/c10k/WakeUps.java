package dev.eventloop.examples.c10k;

import dev.eventloop.EventCallback;
import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.Events;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/**
 * The cost of a wake-up with one backend: from the wait until the bytes of the few ready
 * connections have been read. Sending those bytes is not measured.
 */
final class WakeUps implements AutoCloseable {
    private static final int MOST_SAMPLES = 100_000;
    private static final int FEWEST_SAMPLES = 5;
    private static final int WAIT_MILLIS = 1000;

    private static final EventCallback<WakeUps> BUSY = (fd, events, self) -> self.onByte(fd);
    private static final EventCallback<WakeUps> IDLE = (fd, events, self) -> self.ended++;

    private final ThreadMXBean cpu = ManagementFactory.getThreadMXBean();
    private final EventLoop loop;
    private final BusyConnections busy;
    private final long[] samples = new long[MOST_SAMPLES];
    private int bytes;
    private int ended;

    WakeUps(String backend, BusyConnections busy, IdleConnections idle) throws IOException {
        this.busy = busy;
        loop = EventLoop.create(EventLoopOptions.defaults().backend(backend));
        for (int i = 0; i < idle.count(); i++) {
            loop.add(idle.fd(i), Events.READ, IDLE, this);
        }
        for (int i = 0; i < busy.count(); i++) {
            loop.add(busy.fd(i), Events.READ, BUSY, this);
        }
    }

    /**
     * Measures for some time.
     *
     * @param stopped returns whether to give up; polled now and then
     * @return the median CPU time of this thread per wake-up, in nanoseconds, which excludes other
     *     programs
     */
    double nanos(long forNanos, BooleanSupplier stopped) throws IOException {
        long start = System.nanoTime();
        int count = 0;
        while (count < samples.length
                && !stopped.getAsBoolean()
                && (count < FEWEST_SAMPLES || System.nanoTime() - start < forNanos)) {
            busy.makeReady();
            bytes = 0;
            int wakeUps = 0;
            long before = cpu.getCurrentThreadCpuTime();
            while (bytes < busy.count() && ended == 0) {
                wakeUps += loop.run(WAIT_MILLIS) > 0 ? 1 : 0;
            }
            samples[count++] = (cpu.getCurrentThreadCpuTime() - before) / Math.max(1, wakeUps);
            if (ended > 0) {
                throw new IOException(
                        "idle connections were closed; was the process with their other ends"
                                + " killed?");
            }
        }
        Arrays.sort(samples, 0, count);
        return samples[count / 2];
    }

    private void onByte(int fd) {
        bytes += Math.max(0, busy.read(fd));
    }

    @Override
    public void close() {
        loop.close();
    }
}
