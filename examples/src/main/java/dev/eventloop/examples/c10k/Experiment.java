package dev.eventloop.examples.c10k;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** Adds connections step by step and measures each backend at each step. */
final class Experiment {
    private static final int[] STEPS = {10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000};
    private static final int COLUMN = 14;
    private static final long WARM_UP_NANOS = 200_000_000;

    private final Results results;
    private final long nanosPerCell;
    private final BooleanSupplier stopped;
    private final PrintStream out;

    /**
     * @param stopped returns whether to give up; polled now and then
     */
    Experiment(
            List<String> backends,
            int busy,
            long nanosPerCell,
            BooleanSupplier stopped,
            PrintStream out) {
        this.results = new Results(backends, busy);
        this.nanosPerCell = nanosPerCell;
        this.stopped = stopped;
        this.out = out;
    }

    /** Measures with up to {@code idleWanted} idle connections, or as many as possible. */
    Results run(int idleWanted) throws IOException {
        try (BusyConnections busy = new BusyConnections(results.busy());
                IdleConnections idle = new IdleConnections(idleWanted)) {
            warmUp(busy, idle);
            printHeader();
            for (int step : steps(idleWanted)) {
                idle.grow(step);
                boolean isShort = idle.count() < step;
                if (isShort) {
                    out.printf(
                            Locale.ROOT,
                            "%,d connections cannot be reached: after %,d, %s%n",
                            step,
                            idle.count(),
                            idle.shortfall());
                }
                if (stopped.getAsBoolean() || idle.count() == 0) {
                    break;
                }
                measure(busy, idle);
                if (isShort) {
                    break;
                }
            }
        }
        return results;
    }

    static int[] steps(int most) {
        return IntStream.concat(IntStream.of(STEPS).filter(step -> step < most), IntStream.of(most))
                .toArray();
    }

    /** The first thousands of wake-ups only warm up the JIT compiler. */
    private void warmUp(BusyConnections busy, IdleConnections idle) throws IOException {
        for (String backend : results.backends()) {
            try (WakeUps wakeUps = new WakeUps(backend, busy, idle)) {
                wakeUps.nanos(Math.min(WARM_UP_NANOS, nanosPerCell), stopped);
            }
        }
    }

    private void printHeader() {
        StringBuilder header = new StringBuilder("     idle");
        for (String backend : results.backends()) {
            header.append(" ".repeat(Math.max(1, COLUMN - backend.length()))).append(backend);
        }
        out.println(header);
    }

    /** Prints each figure as soon as it is known. */
    private void measure(BusyConnections busy, IdleConnections idle) throws IOException {
        out.printf(Locale.ROOT, "%,9d", idle.count());
        List<Double> nanos = new ArrayList<>();
        for (String backend : results.backends()) {
            if (!stopped.getAsBoolean()) {
                try (WakeUps wakeUps = new WakeUps(backend, busy, idle)) {
                    double each = wakeUps.nanos(nanosPerCell, stopped);
                    nanos.add(each);
                    out.printf(Locale.ROOT, "%" + COLUMN + "s", Results.time(each));
                    out.flush();
                }
            }
        }
        out.println();
        if (!stopped.getAsBoolean()) {
            results.add(idle.count(), nanos);
        }
    }
}
