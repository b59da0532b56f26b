package dev.eventloop.lb.admin;

import dev.eventloop.lb.BackendState;
import dev.eventloop.lb.CloseReason;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerStats;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * The metrics in the Prometheus text format. Built for each request from the load balancer's
 * statistics, so that removed frontends, pools and backends disappear. The labels are bounded:
 * names of current frontends, pools and backends, and fixed words.
 */
final class Metrics {
    private final LoadBalancer loadBalancer;
    private final Histogram durations;
    private final PrometheusTextFormatWriter writer =
            PrometheusTextFormatWriter.builder().setIncludeCreatedTimestamps(false).build();

    Metrics(LoadBalancer loadBalancer, Histogram durations) {
        this.loadBalancer = loadBalancer;
        this.durations = durations;
    }

    void addTo(Routes routes) {
        routes.add("GET", "/metrics", request -> answer());
    }

    private Answer answer() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.write(out, snapshots(loadBalancer.stats()));
        return Answer.ok(writer.getContentType(), out.toString(StandardCharsets.UTF_8));
    }

    private MetricSnapshots snapshots(LoadBalancerStats stats) {
        List<MetricSnapshot> all = new ArrayList<>();
        all.add(
                gauge(
                                "lb_ready",
                                "Whether connections are accepted and each pool has a backend that"
                                        + " is up.")
                        .dataPoint(value(Labels.EMPTY, loadBalancer.isReady() ? 1 : 0))
                        .build());
        addFrontends(all, stats.frontends());
        all.add(durations.collect());
        all.add(
                counter(
                                "lb_access_log_dropped_lines",
                                "Lines of the access log dropped because the disk was too"
                                        + " slow.")
                        .dataPoint(count(Labels.EMPTY, loadBalancer.droppedLogLines()))
                        .build());
        all.add(stalls());
        addBackends(all, stats.backends());
        return new MetricSnapshots(all);
    }

    private MetricSnapshot stalls() {
        CounterSnapshot.Builder stalls =
                counter(
                        "lb_worker_stalls",
                        "How often the event loop of the thread did not turn for the time of"
                                + " --stall-warning.");
        List<Long> each = loadBalancer.stalls();
        for (int i = 0; i < each.size(); i++) {
            stalls.dataPoint(count(Labels.of("worker", String.valueOf(i)), each.get(i)));
        }
        return stalls.build();
    }

    private static void addFrontends(
            List<MetricSnapshot> all, List<LoadBalancerStats.Frontend> frontends) {
        CounterSnapshot.Builder accepted =
                counter("lb_connections_accepted", "Connections that the frontend accepted.");
        GaugeSnapshot.Builder active =
                gauge("lb_connections_active", "Connections of the frontend that are open.");
        CounterSnapshot.Builder closed =
                counter("lb_connections_closed", "Connections of the frontend closed, by reason.");
        for (LoadBalancerStats.Frontend frontend : frontends) {
            Labels labels = Labels.of("frontend", frontend.name());
            accepted.dataPoint(count(labels, frontend.accepted()));
            active.dataPoint(value(labels, frontend.active()));
            for (CloseReason reason : CloseReason.values()) {
                long count = frontend.closes().getOrDefault(reason, 0L);
                closed.dataPoint(count(labels.add("reason", reason.toString()), count));
            }
        }
        all.add(accepted.build());
        all.add(active.build());
        all.add(closed.build());
    }

    private static void addBackends(
            List<MetricSnapshot> all, List<LoadBalancerStats.Backend> backends) {
        all.add(
                gauge(
                        backends,
                        "lb_backend_up",
                        "Whether the backend gets new connections: healthy, and neither drained"
                                + " nor down.",
                        b -> b.healthy() && b.state() == BackendState.UP ? 1 : 0));
        all.add(
                gauge(
                        backends,
                        "lb_backend_healthy",
                        "Whether the backend is healthy, judging by checks and connects.",
                        b -> b.healthy() ? 1 : 0));
        all.add(states(backends));
        all.add(
                gauge(
                        backends,
                        "lb_backend_weight",
                        "The weight of the backend, from 0 to 256.",
                        LoadBalancerStats.Backend::weight));
        all.add(
                gauge(
                        backends,
                        "lb_backend_share_ratio",
                        "The share of new connections that the backend gets, from 0 to 1.",
                        LoadBalancerStats.Backend::share));
        all.add(
                gauge(
                        backends,
                        "lb_backend_connections_active",
                        "Connections to the backend that are open or being opened.",
                        LoadBalancerStats.Backend::active));
        all.add(
                counter(
                        backends,
                        "lb_backend_connections",
                        "Connections established to the backend.",
                        LoadBalancerStats.Backend::connections));
        all.add(
                counter(
                        backends,
                        "lb_backend_connect_failures",
                        "Connects to the backend that were refused or timed out.",
                        LoadBalancerStats.Backend::connectFailures));
        all.add(
                counter(
                        backends,
                        "lb_backend_check_failures",
                        "Health checks of the backend that failed.",
                        LoadBalancerStats.Backend::checkFailures));
        all.add(bytes(backends));
    }

    private static MetricSnapshot states(List<LoadBalancerStats.Backend> backends) {
        GaugeSnapshot.Builder states =
                gauge("lb_backend_state", "1 for the state set by the operator, 0 for others.");
        for (LoadBalancerStats.Backend backend : backends) {
            for (BackendState state : BackendState.values()) {
                Labels labels = labels(backend).add("state", state.toString());
                states.dataPoint(value(labels, backend.state() == state ? 1 : 0));
            }
        }
        return states.build();
    }

    private static MetricSnapshot bytes(List<LoadBalancerStats.Backend> backends) {
        CounterSnapshot.Builder bytes =
                counter(
                        "lb_backend_bytes",
                        "Bytes relayed: up is from clients to the backend, down is to clients.");
        for (LoadBalancerStats.Backend backend : backends) {
            bytes.dataPoint(count(labels(backend).add("direction", "up"), backend.bytesSent()));
            bytes.dataPoint(
                    count(labels(backend).add("direction", "down"), backend.bytesReceived()));
        }
        return bytes.build();
    }

    private static Labels labels(LoadBalancerStats.Backend backend) {
        return Labels.of("backend", backend.name(), "pool", backend.pool());
    }

    private static MetricSnapshot gauge(
            List<LoadBalancerStats.Backend> backends,
            String name,
            String help,
            ToDoubleFunction<LoadBalancerStats.Backend> value) {
        GaugeSnapshot.Builder gauge = gauge(name, help);
        for (LoadBalancerStats.Backend backend : backends) {
            gauge.dataPoint(value(labels(backend), value.applyAsDouble(backend)));
        }
        return gauge.build();
    }

    private static MetricSnapshot counter(
            List<LoadBalancerStats.Backend> backends,
            String name,
            String help,
            ToLongFunction<LoadBalancerStats.Backend> value) {
        CounterSnapshot.Builder counter = counter(name, help);
        for (LoadBalancerStats.Backend backend : backends) {
            counter.dataPoint(count(labels(backend), value.applyAsLong(backend)));
        }
        return counter.build();
    }

    private static GaugeSnapshot.Builder gauge(String name, String help) {
        return GaugeSnapshot.builder().name(name).help(help);
    }

    /** The writer appends {@code _total} to the name. */
    private static CounterSnapshot.Builder counter(String name, String help) {
        return CounterSnapshot.builder().name(name).help(help);
    }

    private static GaugeSnapshot.GaugeDataPointSnapshot value(Labels labels, double value) {
        return GaugeSnapshot.GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
    }

    private static CounterSnapshot.CounterDataPointSnapshot count(Labels labels, long value) {
        return CounterSnapshot.CounterDataPointSnapshot.builder()
                .labels(labels)
                .value((double) value)
                .build();
    }
}
