package dev.eventloop.lb.admin;

import dev.eventloop.lb.ClosedConnection;
import dev.eventloop.lb.ConnectionListener;
import dev.eventloop.lb.LoadBalancer;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.snapshots.Unit;

/**
 * Listens for closed connections and records what the load balancer itself does not: the last
 * closes and a histogram of durations.
 */
final class Recorder implements ConnectionListener, AutoCloseable {
    private final LoadBalancer loadBalancer;
    private final LastCloses closes = new LastCloses();
    private final Histogram durations =
            Histogram.builder()
                    .name("lb_connection_duration_seconds")
                    .help("Durations of the connections closed since the admin port was opened.")
                    .unit(Unit.SECONDS)
                    .classicOnly()
                    .classicUpperBounds(0.001, 0.01, 0.1, 1, 10, 60, 600, 3600, 86400)
                    .build();

    Recorder(LoadBalancer loadBalancer) {
        this.loadBalancer = loadBalancer;
        loadBalancer.addConnectionListener(this);
    }

    LastCloses closes() {
        return closes;
    }

    Histogram durations() {
        return durations;
    }

    @Override
    public void closed(ClosedConnection connection) {
        closes.add(connection);
        durations.observe(connection.duration().toNanos() / 1e9);
    }

    @Override
    public void close() {
        loadBalancer.removeConnectionListener(this);
    }
}
