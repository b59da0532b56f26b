package dev.eventloop.lb.pool;

import dev.eventloop.lb.Algorithm;
import dev.eventloop.lb.proxyprotocol.ProxyProtocol;
import java.time.Duration;

/**
 * The settings of a pool. Immutable: a reload replaces it.
 *
 * @param retries how many further attempts are made when a connect fails
 * @param connectTimeout how long a backend may take to accept
 * @param maxConnectionsPerBackend of backends without a limit of their own; 0 for none
 * @param closeWhenBackendFails whether connections end when their backend goes down
 * @param sendProxyProtocol null for none
 * @param retryInterval the pause before backends are tried again that have been tried; zero if they
 *     are not
 * @param closeBackups whether connections to backups end when a primary is up again
 */
public record PoolSettings(
        Algorithm algorithm,
        int retries,
        Duration connectTimeout,
        int maxConnectionsPerBackend,
        boolean closeWhenBackendFails,
        HealthOptions health,
        ProxyProtocol sendProxyProtocol,
        Duration retryInterval,
        boolean closeBackups) {}
