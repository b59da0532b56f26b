package dev.eventloop.lb.pool;

import dev.eventloop.lb.Algorithm;
import dev.eventloop.lb.proxyprotocol.ProxyProtocol;
import java.time.Duration;

/**
 * The settings of a pool. Immutable: a reload replaces it.
 *
 * @param retries how many other backends are tried when a connect fails
 * @param connectTimeout how long a backend may take to accept
 * @param maxConnectionsPerBackend of backends without a limit of their own; 0 for none
 * @param closeWhenBackendFails whether connections end when their backend goes down
 * @param sendProxyProtocol null for none
 */
public record PoolSettings(
        Algorithm algorithm,
        int retries,
        Duration connectTimeout,
        int maxConnectionsPerBackend,
        boolean closeWhenBackendFails,
        HealthOptions health,
        ProxyProtocol sendProxyProtocol) {}
