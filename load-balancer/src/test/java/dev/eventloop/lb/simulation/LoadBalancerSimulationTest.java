package dev.eventloop.lb.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The real load balancer over a simulated kernel, with randomly behaving clients and backends. */
@Tag("simulation")
class LoadBalancerSimulationTest {
    private static final long SEEDS = Long.getLong("simulation.seeds", 2_000);
    private static final long FIRST = Long.getLong("simulation.first", 1);
    private static final boolean TRACE = Boolean.getBoolean("simulation.trace");

    /** Stop after this many failures; more say nothing new. */
    private static final int MOST_FAILURES = 5;

    @Test
    @DisplayName("every seed keeps every promise")
    @SuppressWarnings("try") // used only for its close
    void everySeedKeepsEveryPromise() throws Exception {
        Map<Long, Throwable> failures = new ConcurrentSkipListMap<>();
        AtomicLong next = new AtomicLong(FIRST);
        try (LoggedErrors logged = new LoggedErrors(TRACE)) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
                Thread thread = new Thread(() -> play(next, failures), "simulation-" + i);
                threads.add(thread);
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        if (!failures.isEmpty()) {
            fail(report(failures));
        }
    }

    private static void play(AtomicLong next, Map<Long, Throwable> failures) {
        for (long seed = next.getAndIncrement();
                seed < FIRST + SEEDS && failures.size() < MOST_FAILURES;
                seed = next.getAndIncrement()) {
            try {
                Simulation simulation = new Simulation(seed, TRACE ? System.out::println : null);
                if (TRACE) {
                    System.out.println("seed " + seed + ": " + simulation.scenario);
                }
                simulation.run();
            } catch (Throwable e) {
                failures.put(seed, e);
            }
        }
    }

    private static String report(Map<Long, Throwable> failures) {
        StringWriter text = new StringWriter();
        PrintWriter report = new PrintWriter(text);
        failures.forEach(
                (seed, failure) -> {
                    report.printf("%nseed %d: ", seed);
                    if (failure instanceof Violation && failure.getCause() == null) {
                        report.println(failure.getMessage());
                    } else {
                        failure.printStackTrace(report);
                    }
                    report.printf("  replay it with: ./dev sim %d%n", seed);
                });
        return text.toString();
    }

    @Test
    @DisplayName("a seed determines its run: the same calls, times and results")
    @SuppressWarnings("try") // used only for its close
    void aSeedIsARun() throws Exception {
        for (long seed = FIRST; seed < FIRST + 10; seed++) {
            List<String> once = new ArrayList<>();
            List<String> again = new ArrayList<>();
            try (LoggedErrors logged = new LoggedErrors(true)) {
                new Simulation(seed, once::add).run();
                new Simulation(seed, again::add).run();
            }
            assertThat(again)
                    .isEqualTo(once)
                    .isNotEmpty(); // short if the file limit is too low to start
        }
    }
}
