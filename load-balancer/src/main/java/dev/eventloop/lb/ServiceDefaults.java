package dev.eventloop.lb;

import dev.eventloop.lb.proxyprotocol.ProxyProtocol;
import java.time.Duration;

/**
 * The settings of frontends and pools that apply to all of them, unless one has its own.
 *
 * @param <B> the builder that has them
 */
abstract class ServiceDefaults<B extends ServiceDefaults<B>> {
    final FrontendOptions frontendDefaults = new FrontendOptions();
    final PoolOptions poolDefaults = new PoolOptions();

    abstract B self();

    // Defaults of all frontends

    /** See {@link FrontendOptions#acceptMode}. */
    public B acceptMode(AcceptMode mode) {
        frontendDefaults.acceptMode(mode);
        return self();
    }

    /** See {@link FrontendOptions#maxClients}. */
    public B maxClients(int maxClients) {
        frontendDefaults.maxClients(maxClients);
        return self();
    }

    /** See {@link FrontendOptions#idleTimeout}. */
    public B idleTimeout(Duration time) {
        frontendDefaults.idleTimeout(time);
        return self();
    }

    /** See {@link FrontendOptions#halfCloseTimeout}. */
    public B halfCloseTimeout(Duration time) {
        frontendDefaults.halfCloseTimeout(time);
        return self();
    }

    /** See {@link FrontendOptions#prefaceTimeout}. */
    public B prefaceTimeout(Duration time) {
        frontendDefaults.prefaceTimeout(time);
        return self();
    }

    /** See {@link FrontendOptions#maxConnectionAge}. */
    public B maxConnectionAge(Duration time) {
        frontendDefaults.maxConnectionAge(time);
        return self();
    }

    /** See {@link FrontendOptions#maxConnectionAgeJitter}. */
    public B maxConnectionAgeJitter(int percent) {
        frontendDefaults.maxConnectionAgeJitter(percent);
        return self();
    }

    /** See {@link FrontendOptions#logEmpty}. */
    public B logEmpty(boolean log) {
        frontendDefaults.logEmpty(log);
        return self();
    }

    /** See {@link FrontendOptions#splice}. */
    public B splice(Splice splice) {
        frontendDefaults.splice(splice);
        return self();
    }

    /** See {@link FrontendOptions#maxConnectionsPerSource}. */
    public B maxConnectionsPerSource(int connections) {
        frontendDefaults.maxConnectionsPerSource(connections);
        return self();
    }

    /** See {@link FrontendOptions#maxRatePerSource}. */
    public B maxRatePerSource(int connections, Duration period) {
        frontendDefaults.maxRatePerSource(connections, period);
        return self();
    }

    /** See {@link FrontendOptions#sourcePrefix}. */
    public B sourcePrefix(int v4, int v6) {
        frontendDefaults.sourcePrefix(v4, v6);
        return self();
    }

    /** See {@link FrontendOptions#allow}. */
    public B allow(String range) {
        frontendDefaults.allow(range);
        return self();
    }

    /** See {@link FrontendOptions#deny}. */
    public B deny(String range) {
        frontendDefaults.deny(range);
        return self();
    }

    /** See {@link FrontendOptions#acceptProxyProtocol}. */
    public B acceptProxyProtocol(boolean accept) {
        frontendDefaults.acceptProxyProtocol(accept);
        return self();
    }

    /** See {@link FrontendOptions#proxyProtocolFrom}. */
    public B proxyProtocolFrom(String range) {
        frontendDefaults.proxyProtocolFrom(range);
        return self();
    }

    // Defaults of all pools

    /** See {@link PoolOptions#algorithm}. */
    public B algorithm(Algorithm algorithm) {
        poolDefaults.algorithm(algorithm);
        return self();
    }

    /** See {@link PoolOptions#retries}. */
    public B retries(int retries) {
        poolDefaults.retries(retries);
        return self();
    }

    /** See {@link PoolOptions#retryInterval}. */
    public B retryInterval(Duration time) {
        poolDefaults.retryInterval(time);
        return self();
    }

    /** See {@link PoolOptions#closeBackupsWhenPrimaryIsUp}. */
    public B closeBackupsWhenPrimaryIsUp(boolean close) {
        poolDefaults.closeBackupsWhenPrimaryIsUp(close);
        return self();
    }

    /** See {@link PoolOptions#connectTimeout}. */
    public B connectTimeout(Duration time) {
        poolDefaults.connectTimeout(time);
        return self();
    }

    /** See {@link PoolOptions#maxConnectionsPerBackend}. */
    public B maxConnectionsPerBackend(int connections) {
        poolDefaults.maxConnectionsPerBackend(connections);
        return self();
    }

    /** See {@link PoolOptions#healthCheck}. */
    public B healthCheck(Duration interval) {
        poolDefaults.healthCheck(interval);
        return self();
    }

    /** See {@link PoolOptions#healthFall}. */
    public B healthFall(int failures) {
        poolDefaults.healthFall(failures);
        return self();
    }

    /** See {@link PoolOptions#healthRise}. */
    public B healthRise(int successes) {
        poolDefaults.healthRise(successes);
        return self();
    }

    /** See {@link PoolOptions#slowStart}. */
    public B slowStart(Duration time) {
        poolDefaults.slowStart(time);
        return self();
    }

    /** See {@link PoolOptions#closeWhenBackendFails}. */
    public B closeWhenBackendFails(boolean close) {
        poolDefaults.closeWhenBackendFails(close);
        return self();
    }

    /** See {@link PoolOptions#sendProxyProtocol}. */
    public B sendProxyProtocol(ProxyProtocol version) {
        poolDefaults.sendProxyProtocol(version);
        return self();
    }
}
