package dev.eventloop.examples.guide;

import dev.eventloop.EventLoop;
import dev.eventloop.Timer;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Chapter 6: 50,000 connections, each with an idle timeout that every message restarts. */
final class Timers implements Experiment {
    private static final int CONNECTIONS = 50_000;
    private static final int ROUNDS = 10;
    private static final Duration IDLE = Duration.ofSeconds(60);

    @Override
    public void run(PrintStream out, int scale) throws Exception {
        int connections = CONNECTIONS / 100 * scale;
        int restarts = connections * ROUNDS;
        out.printf(
                "%,d timers are started, and each is restarted %d times:%n", connections, ROUNDS);
        tell(out, "timers of the loop", wheel(connections), restarts);
        tell(out, "ScheduledThreadPoolExecutor", heap(connections), restarts);
    }

    private static void tell(PrintStream out, String what, CpuTime time, int restarts) {
        out.printf(
                "  %-28s %,6d ns and %,4d bytes per restart%n",
                what, time.nanos() / restarts, time.allocated() / restarts);
    }

    private static CpuTime wheel(int connections) throws IOException {
        try (EventLoop loop = EventLoop.create()) {
            Timer[] timers = new Timer[connections];
            for (int i = 0; i < connections; i++) {
                timers[i] = loop.newTimer(() -> {}); // once per connection
                timers[i].start(IDLE);
            }
            return CpuTime.of(
                    () -> {
                        for (int round = 0; round < ROUNDS; round++) {
                            for (Timer timer : timers) {
                                timer.start(IDLE);
                            }
                        }
                    });
        }
    }

    private static CpuTime heap(int connections) throws IOException {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);
        executor.setRemoveOnCancelPolicy(true);
        try {
            ScheduledFuture<?>[] futures = new ScheduledFuture<?>[connections];
            for (int i = 0; i < connections; i++) {
                futures[i] = executor.schedule(() -> {}, IDLE.toSeconds(), TimeUnit.SECONDS);
            }
            return CpuTime.of(
                    () -> {
                        for (int round = 0; round < ROUNDS; round++) {
                            for (int i = 0; i < connections; i++) {
                                futures[i].cancel(false);
                                futures[i] =
                                        executor.schedule(
                                                () -> {}, IDLE.toSeconds(), TimeUnit.SECONDS);
                            }
                        }
                    });
        } finally {
            executor.shutdownNow();
        }
    }
}
