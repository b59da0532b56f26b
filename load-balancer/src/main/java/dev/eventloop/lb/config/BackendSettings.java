package dev.eventloop.lb.config;

import static dev.eventloop.lb.config.SettingTable.OFF;

import dev.eventloop.lb.Algorithm;
import dev.eventloop.lb.PoolOptions;
import dev.eventloop.lb.WholeNumbers;
import dev.eventloop.lb.config.Setting.Group;
import dev.eventloop.lb.proxyprotocol.ProxyProtocol;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Settings of backends: how one is picked, and when it is down. */
final class BackendSettings {
    private static final SettingTable TABLE = new SettingTable();

    static final Setting<Algorithm> ALGORITHM =
            TABLE.setting(
                    Group.PICKING,
                    "a algorithm",
                    "NAME",
                    Algorithm.WEIGHTED_ROUND_ROBIN.shortName(),
                    Conversion.choice(
                            Arrays.stream(Algorithm.values()).map(Algorithm::shortName).toList(),
                            BackendSettings::algorithm),
                    Effect.onPool(PoolOptions::algorithm),
                    "wrr: smooth weighted round robin. rr: each in turn. least-conn: the fewest"
                            + " connections for its weight. random2: the better of two random"
                            + " ones. source-hash: by the client's address (Maglev).");

    static final Setting<String> BACKENDS_FILE =
            TABLE.setting(
                    Group.PICKING,
                    "backends-file",
                    "FILE",
                    OFF,
                    Conversion.NAME.or(OFF, null),
                    Effect.onPool((pool, file) -> {}), // Checks reads it
                    "A file with more backends, one on each line as on the command line; # begins a"
                            + " comment. SIGHUP reads it again.");

    static final Setting<Integer> RETRIES =
            TABLE.setting(
                    Group.PICKING,
                    "retries",
                    "N",
                    "2",
                    Conversion.wholeNumber(0, WholeNumbers.GREATEST),
                    Effect.onPool(PoolOptions::retries),
                    "Further attempts when a connect fails, each with another backend; with"
                            + " retry-interval also with those that were tried.");

    static final Setting<Duration> RETRY_INTERVAL =
            TABLE.setting(
                    Group.PICKING,
                    "retry-interval",
                    "TIME",
                    OFF,
                    Conversion.POSITIVE_TIME.or(OFF, Duration.ZERO),
                    Effect.onPool(PoolOptions::retryInterval),
                    "The pause before backends are tried again, once all have been tried or none can"
                            + " be used, while retries are left; off: no backend is tried twice.");

    static final Setting<Integer> MAX_CONNS_PER_BACKEND =
            TABLE.setting(
                    Group.PICKING,
                    "max-conns-per-backend",
                    "N",
                    OFF,
                    Conversion.COUNT.or(OFF, 0),
                    Effect.onPool(PoolOptions::maxConnectionsPerBackend),
                    "The most open connections to each backend that has no limit of its own.");

    static final Setting<ProxyProtocol> PROXY_PROTOCOL =
            TABLE.setting(
                    Group.PICKING,
                    "proxy-protocol",
                    "v1|v2",
                    OFF,
                    Conversion.choice(
                                    Arrays.stream(ProxyProtocol.values())
                                            .map(ProxyProtocol::shortName)
                                            .toList(),
                                    BackendSettings::proxyProtocol)
                            .or(OFF, null),
                    Effect.onPool(Effect.unless(null, PoolOptions::sendProxyProtocol)),
                    "Sends a PROXY header, which contains the client's address, to backends.");

    static final Setting<Duration> HEALTH_CHECK =
            TABLE.setting(
                    Group.HEALTH,
                    "health-check",
                    "TIME",
                    "2s",
                    Conversion.POSITIVE_TIME.or(OFF, Duration.ZERO),
                    Effect.onPool(PoolOptions::healthCheck),
                    "The interval of health checks, each a connect; off: only backends that are"
                            + " down are checked.");

    static final Setting<Integer> HEALTH_FALL =
            TABLE.setting(
                    Group.HEALTH,
                    "health-fall",
                    "N",
                    "3",
                    Conversion.COUNT,
                    Effect.onPool(PoolOptions::healthFall),
                    "Failed checks or connects in a row until a backend is down.");

    static final Setting<Integer> HEALTH_RISE =
            TABLE.setting(
                    Group.HEALTH,
                    "health-rise",
                    "N",
                    "2",
                    Conversion.COUNT,
                    Effect.onPool(PoolOptions::healthRise),
                    "Successful checks in a row until a backend is up again.");

    static final Setting<Duration> SLOW_START =
            TABLE.setting(
                    Group.HEALTH,
                    "slow-start",
                    "TIME",
                    "10s",
                    Conversion.TIME.or(OFF, Duration.ZERO),
                    Effect.onPool(PoolOptions::slowStart),
                    "The time over which a backend that is up again, or that is added to others,"
                            + " gets its share; off: at once.");

    static final Setting<Boolean> ON_BACKEND_DOWN =
            TABLE.setting(
                    Group.HEALTH,
                    "on-backend-down",
                    "keep|close",
                    "keep",
                    Conversion.choice(List.of("keep", "close"), "close"::equals),
                    Effect.onPool(PoolOptions::closeWhenBackendFails),
                    "What happens to the connections of a backend that goes down.");

    static final Setting<Boolean> ON_PRIMARY_UP =
            TABLE.setting(
                    Group.HEALTH,
                    "on-primary-up",
                    "keep|close",
                    "keep",
                    Conversion.choice(List.of("keep", "close"), "close"::equals),
                    Effect.onPool(PoolOptions::closeBackupsWhenPrimaryIsUp),
                    "What happens to the connections of backups when a primary is up again.");

    private BackendSettings() {}

    static List<Setting<?>> list() {
        return TABLE.rows();
    }

    private static Algorithm algorithm(String name) {
        return Arrays.stream(Algorithm.values())
                .filter(algorithm -> algorithm.shortName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static ProxyProtocol proxyProtocol(String name) {
        return Arrays.stream(ProxyProtocol.values())
                .filter(version -> version.shortName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
