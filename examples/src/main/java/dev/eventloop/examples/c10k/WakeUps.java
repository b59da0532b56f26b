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
 * What a wake-up costs with one backend: from asking the kernel who is ready until the bytes of
 * those few have been read. Sending them the bytes is not counted.
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
     * Measures for so long.
     *
     * @param stopped asked now and then whether to give up
     * @return nanoseconds per wake-up, the median; of this thread's CPU time, so that what others
     *     on this machine do in between is not counted
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
                        "idle connections have ended; was the process with their other ends"
                                + " stopped?");
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
