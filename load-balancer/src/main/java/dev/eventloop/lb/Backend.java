package dev.eventloop.lb;

import dev.eventloop.net.NativeAddress;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server behind the load balancer, and what is counted of it. Shared by all threads. */
final class Backend implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LoadBalancer.class);

    private final String name;
    private final int weight;
    private final NativeAddress address;

    private final AtomicLong connections = new AtomicLong();
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicLong connectFailures = new AtomicLong();
    private final AtomicLong bytesSent = new AtomicLong();
    private final AtomicLong bytesReceived = new AtomicLong();

    /** So that the log tells when a backend begins to fail and when that is over, once each. */
    private final AtomicBoolean failing = new AtomicBoolean();

    Backend(String name, SocketAddress address, int weight) {
        this.name = name;
        this.weight = weight;
        this.address = NativeAddress.of(address);
    }

    String name() {
        return name;
    }

    int weight() {
        return weight;
    }

    NativeAddress address() {
        return address;
    }

    void connected() {
        connections.getAndIncrement();
        active.getAndIncrement();
        if (failing.get() && failing.compareAndSet(true, false)) {
            LOG.info("backend {} accepts connections again", name);
        }
    }

    void connectFailed(String why) {
        connectFailures.getAndIncrement();
        if (failing.compareAndSet(false, true)) {
            LOG.warn("backend {} cannot be connected to: {}; others are tried instead", name, why);
        }
    }

    void closed(long sent, long received) {
        active.getAndDecrement();
        bytesSent.getAndAdd(sent);
        bytesReceived.getAndAdd(received);
    }

    LoadBalancerStats.Backend stats() {
        return new LoadBalancerStats.Backend(
                name,
                weight,
                connections.get(),
                active.get(),
                connectFailures.get(),
                bytesSent.get(),
                bytesReceived.get());
    }

    @Override
    public void close() {
        address.close();
    }

    @Override
    public String toString() {
        return name;
    }
}
