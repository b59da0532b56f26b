package dev.eventloop.lb;

import java.net.InetSocketAddress;
import java.time.Duration;

/** What a load balancer is told once and for all. */
record Settings(
        InetSocketAddress address,
        Algorithm algorithm,
        int threads,
        int maxClients,
        int retries,
        Duration idleTimeout,
        Duration connectTimeout,
        Duration halfCloseTimeout) {}
