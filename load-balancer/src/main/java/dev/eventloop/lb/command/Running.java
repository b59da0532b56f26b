package dev.eventloop.lb.command;

import dev.eventloop.lb.Durations;
import dev.eventloop.lb.InheritedSockets;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.lb.LoadBalancerStats;
import dev.eventloop.lb.Names;
import dev.eventloop.lb.admin.AdminListener;
import dev.eventloop.lb.admin.AdminServer;
import dev.eventloop.lb.config.AllSettings;
import dev.eventloop.lb.config.BadConfigurationException;
import dev.eventloop.lb.config.Configuration;
import dev.eventloop.lb.config.ConfigurationSource;
import dev.eventloop.lb.handover.Predecessor;
import dev.eventloop.libc.Signals;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a load balancer from its start to SIGTERM or SIGINT. */
final class Running {
    private static final Logger LOG = LoggerFactory.getLogger(Running.class);
    private static final long NANOS_BETWEEN_PICKS = 1_000_000_000;

    private final LoadBalancer loadBalancer;
    private final Reload reload;
    private final Demo demo;
    private final AdminServer admin;
    private final Systemd systemd;
    private final PrintStream out;
    private final Handover handover;
    private final Semaphore signals = new Semaphore(0);

    /**
     * @param demo null without {@code --demo}
     * @param listener null without an admin port, as {@code admin}
     */
    private Running(
            LoadBalancer loadBalancer,
            Reload reload,
            Demo demo,
            AdminListener listener,
            AdminServer admin,
            Systemd systemd,
            PrintStream out) {
        this.loadBalancer = loadBalancer;
        this.reload = reload;
        this.demo = demo;
        this.admin = admin;
        this.systemd = systemd;
        this.out = out;
        this.handover =
                new Handover(
                        loadBalancer,
                        reload,
                        listener,
                        admin,
                        reload.configuration().get(AllSettings.ADMIN),
                        systemd,
                        signals::release);
        Signals.handle("SIGTERM", signals::release);
        Signals.handle("SIGINT", signals::release);
        FatalError.onRaise(signals::release);
    }

    /** Starts what is configured. Returns when a signal has arrived and the drain is over. */
    static void run(ConfigurationSource source, OutputStream out)
            throws IOException, BadConfigurationException {
        FatalError.watch();
        ProcessSignals.acceptInherited();
        StandardStreams.divertJvmOutput();
        Reload.forgetRequests();
        AsyncOutput lines = AsyncOutput.start(out, "standard output");
        try {
            run(source, out, new PrintStream(lines));
        } finally {
            lines.await(StandardStreams.LAST_LINES);
        }
    }

    /**
     * @param out for the access log, whose thread may block
     * @param lines for what the other threads print
     */
    private static void run(ConfigurationSource source, OutputStream out, PrintStream lines)
            throws IOException, BadConfigurationException {
        Configuration configuration = source.read();
        LoadBalancerBuilder builder = configuration.builder();
        try (Predecessor predecessor = predecessor(configuration);
                InheritedSockets inherited =
                        predecessor == null
                                ? ServiceSockets.of(System.getenv())
                                : predecessor.sockets();
                AdminListener listener = AdminPort.listener(configuration, predecessor);
                Demo demo = Demo.start(configuration);
                AccessLogFile log =
                        AccessLogFile.open(configuration.get(AllSettings.ACCESS_LOG), out)) {
            if (demo != null) {
                demo.addTo(builder);
            }
            if (log != null) {
                builder.accessLog(log);
            }
            builder.inherit(inherited);
            if (predecessor != null) {
                builder.restore(predecessor.offer().state());
            }
            try (LoadBalancer loadBalancer = builder.start()) {
                ServiceSockets.closeUnused(inherited);
                Systemd systemd = Systemd.of(System.getenv());
                Reload reload = new Reload(source, configuration, loadBalancer, demo, log, systemd);
                try (AdminServer admin =
                        listener == null ? null : listener.serve(loadBalancer, reload)) {
                    CompletableFuture<Void> ignored =
                            loadBalancer.failure().thenAccept(FatalError::raise);
                    Running running =
                            new Running(
                                    loadBalancer, reload, demo, listener, admin, systemd, lines);
                    reload.watch();
                    running.takeOver(predecessor);
                    running.announce();
                    systemd.watch(loadBalancer);
                    running.untilSignalled();
                }
            }
        }
    }

    /** The process from which this one takes over; null if there is none. */
    private static Predecessor predecessor(Configuration configuration) throws IOException {
        Path path = configuration.get(AllSettings.HANDOVER);
        return path == null ? null : Predecessor.find(path);
    }

    /** From now on this process alone serves, and the next one may ask for the same. */
    private void takeOver(Predecessor predecessor) throws IOException {
        if (predecessor != null) {
            Set<InetSocketAddress> own = new HashSet<>();
            loadBalancer.listeningSockets().forEach(socket -> own.add(socket.address()));
            predecessor.ready(own);
            out.println("taken over from process " + predecessor.offer().pid());
        }
        Path path = reload.configuration().get(AllSettings.HANDOVER);
        if (path != null) {
            handover.listen(path, predecessor != null);
        }
        if (predecessor != null) {
            predecessor.done();
        }
    }

    private void announce() {
        LoadBalancerStats stats = loadBalancer.stats();
        boolean isShorthand = reload.configuration().isShorthand();
        out.println(
                "high_perf_lb listens on "
                        + (isShorthand ? Names.of(loadBalancer.address()) : listening(stats))
                        + "; Event Backend: "
                        + loadBalancer.eventBackend());
        for (LoadBalancerStats.Pool pool : stats.pools()) {
            if (!isShorthand) {
                out.println("  pool " + pool.name());
            }
            announce(pool, isShorthand ? "  " : "    ");
        }
        if (admin != null) {
            out.println("Admin page: " + admin.location());
        }
        if (demo != null) {
            out.println(
                    "Try:  curl localhost:" + loadBalancer.port() + "   a few times; Ctrl-C stops");
            daemon(this::printPicks).start();
        }
        reload.configuration().warnings().forEach(LOG::warn);
        systemd.ready("listens on " + listening(stats));
    }

    /** {@code 0.0.0.0:443, [::]:443 (web), 127.0.0.1:5432 (postgres)}. */
    private static String listening(LoadBalancerStats stats) {
        List<String> frontends = new ArrayList<>();
        for (LoadBalancerStats.Frontend frontend : stats.frontends()) {
            List<String> addresses = frontend.addresses().stream().map(Names::of).toList();
            frontends.add(String.join(", ", addresses) + " (" + frontend.name() + ")");
        }
        return String.join(", ", frontends);
    }

    private void announce(LoadBalancerStats.Pool pool, String indent) {
        for (LoadBalancerStats.Backend backend : pool.backends()) {
            out.println(
                    indent
                            + "backend "
                            + backend.name()
                            + " weight "
                            + backend.weight()
                            + (backend.backup() ? " backup" : "")
                            + (demo == null ? "" : " (" + demo.answer(backend.name()) + ")"));
        }
    }

    private void untilSignalled() {
        signals.acquireUninterruptibly();
        if (FatalError.isRaised()) {
            return;
        }
        reload.end();
        handover.close();
        Set<InetSocketAddress> taken = handover.taken();
        if (taken == null) {
            systemd.stopping("drains");
        }
        Duration drainTimeout = reload.configuration().get(AllSettings.DRAIN_TIMEOUT);
        int active = loadBalancer.stats().active();
        if (active > 0) {
            out.println(
                    "draining "
                            + active
                            + " connections for "
                            + Durations.toString(drainTimeout)
                            + " at most; a second signal closes them now");
        }
        daemon(this::closeOnSecondSignal).start();
        loadBalancer.drain(drainTimeout, taken == null ? Set.of() : taken);
        out.println("stopped");
    }

    private void closeOnSecondSignal() {
        signals.acquireUninterruptibly();
        loadBalancer.close();
    }

    /** Prints a line each second in which the counts changed. */
    private void printPicks() {
        long printed = 0;
        while (!loadBalancer.isClosed()) {
            LockSupport.parkNanos(NANOS_BETWEEN_PICKS);
            List<LoadBalancerStats.Backend> backends = loadBalancer.stats().backends();
            long total = backends.stream().mapToLong(LoadBalancerStats.Backend::connections).sum();
            if (total != printed) {
                printed = total;
                out.println(picks(backends, total));
            }
        }
    }

    private String picks(List<LoadBalancerStats.Backend> backends, long total) {
        StringBuilder line = new StringBuilder("picks so far: ").append(total);
        for (LoadBalancerStats.Backend backend : backends) {
            long picks = backend.connections();
            line.append("  ").append(demo.answer(backend.name())).append(' ').append(picks);
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
