package dev.eventloop.lb.command;

import dev.eventloop.lb.Durations;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerStats;
import dev.eventloop.lb.Names;
import dev.eventloop.libc.Signals;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/** A load balancer from its start to the signal that ends it. */
final class Running {
    private static final long NANOS_BETWEEN_PICKS = 1_000_000_000;

    private final LoadBalancer loadBalancer;
    private final Duration drainTimeout;
    private final PrintStream out;
    private final Semaphore signals = new Semaphore(0);

    Running(LoadBalancer loadBalancer, Duration drainTimeout, PrintStream out) {
        this.loadBalancer = loadBalancer;
        this.drainTimeout = drainTimeout;
        this.out = out;
        Signals.handle("SIGTERM", signals::release);
        Signals.handle("SIGINT", signals::release);
    }

    /**
     * Says what runs.
     *
     * @param demo null if it is none
     */
    void announce(Demo demo) {
        out.println(
                "high_perf_lb listens on "
                        + Names.of(loadBalancer.address())
                        + "; Event Backend: "
                        + loadBalancer.eventBackend());
        List<LoadBalancerStats.Backend> backends = loadBalancer.stats().backends();
        for (int i = 0; i < backends.size(); i++) {
            String name = demo == null ? "" : " (" + demo.name(i) + ")";
            out.println(
                    "  backend "
                            + backends.get(i).name()
                            + " weight "
                            + backends.get(i).weight()
                            + name);
        }
        if (demo != null) {
            out.println(
                    "Try:  curl localhost:" + loadBalancer.port() + "   a few times; Ctrl-C stops");
            daemon(() -> printPicks(demo)).start();
        }
    }

    /** Returns once a signal has come and everything has ended. */
    void untilSignalled() {
        signals.acquireUninterruptibly();
        int active = loadBalancer.stats().active();
        if (active > 0) {
            out.println(
                    "draining "
                            + active
                            + " connections for "
                            + Durations.toString(drainTimeout)
                            + " at most; a second signal ends them now");
        }
        daemon(this::closeOnSecondSignal).start();
        loadBalancer.drain(drainTimeout);
        out.println("stopped");
    }

    private void closeOnSecondSignal() {
        signals.acquireUninterruptibly();
        loadBalancer.close();
    }

    /** A line a second, if something has changed. */
    private void printPicks(Demo demo) {
        long printed = 0;
        while (!loadBalancer.isClosed()) {
            LockSupport.parkNanos(NANOS_BETWEEN_PICKS);
            List<LoadBalancerStats.Backend> backends = loadBalancer.stats().backends();
            long total = backends.stream().mapToLong(LoadBalancerStats.Backend::connections).sum();
            if (total != printed) {
                printed = total;
                out.println(picks(demo, backends, total));
            }
        }
    }

    private static String picks(Demo demo, List<LoadBalancerStats.Backend> backends, long total) {
        StringBuilder line = new StringBuilder("picks so far: ").append(total);
        for (int i = 0; i < backends.size(); i++) {
            long picks = backends.get(i).connections();
            line.append("  ").append(demo.name(i)).append(' ').append(picks);
            line.append(" (").append(Math.round(100.0 * picks / total)).append(" %)");
        }
        return line.toString();
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "high_perf_lb");
        thread.setDaemon(true);
        return thread;
    }
}
