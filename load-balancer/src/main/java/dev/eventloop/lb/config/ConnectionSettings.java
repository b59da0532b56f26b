package dev.eventloop.lb.config;

import static dev.eventloop.lb.config.SettingTable.OFF;

import dev.eventloop.lb.FrontendOptions;
import dev.eventloop.lb.PoolOptions;
import dev.eventloop.lb.access.SourcePrefix;
import dev.eventloop.lb.config.Setting.Group;
import java.time.Duration;
import java.util.List;

/** Settings of connections: times, and limits by source. */
final class ConnectionSettings {
    private static final SettingTable TABLE = new SettingTable();

    static final Setting<Duration> IDLE_TIMEOUT =
            TABLE.setting(
                    Group.TIMES,
                    "idle-timeout",
                    "TIME",
                    "60s",
                    Conversion.POSITIVE_TIME.or(OFF, Duration.ZERO),
                    Effect.onFrontend(FrontendOptions::idleTimeout),
                    "Closes connections on which no byte has moved for this time, once a backend has"
                            + " accepted; off: never.");

    static final Setting<Duration> CONNECT_TIMEOUT =
            TABLE.setting(
                    Group.TIMES,
                    "connect-timeout",
                    "TIME",
                    "5s",
                    Conversion.POSITIVE_TIME,
                    Effect.onPool(PoolOptions::connectTimeout),
                    "The time that a backend may take to accept.");

    static final Setting<Duration> HALF_CLOSE_TIMEOUT =
            TABLE.setting(
                    Group.TIMES,
                    "half-close-timeout",
                    "TIME",
                    "30s",
                    Conversion.POSITIVE_TIME,
                    Effect.onFrontend(FrontendOptions::halfCloseTimeout),
                    "The idle timeout once one side has sent EOF.");

    static final Setting<Duration> PREFACE_TIMEOUT =
            TABLE.setting(
                    Group.TIMES,
                    "preface-timeout",
                    "TIME",
                    "5s",
                    Conversion.POSITIVE_TIME,
                    Effect.onFrontend(FrontendOptions::prefaceTimeout),
                    "The time that a client may take to send its PROXY header, and its TLS"
                            + " ClientHello where there are routes; one that has sent nothing by"
                            + " then is reset.");

    static final Setting<Duration> DRAIN_TIMEOUT =
            TABLE.setting(
                    Group.TIMES,
                    "drain-timeout",
                    "TIME",
                    "30s",
                    Conversion.TIME,
                    Effect.onCommand(),
                    "The time that connections may continue after SIGTERM or SIGINT.");

    static final Setting<Duration> MAX_CONNECTION_AGE =
            TABLE.setting(
                    Group.TIMES,
                    "max-connection-age",
                    "TIME",
                    OFF,
                    Conversion.POSITIVE_TIME.or(OFF, Duration.ZERO),
                    Effect.onFrontend(FrontendOptions::maxConnectionAge),
                    "The time that a connection may be open, counted from accept, however busy. Before a"
                            + " backend has accepted, preface-timeout and connect-timeout apply.");

    static final Setting<Integer> MAX_CONNECTION_AGE_JITTER =
            TABLE.setting(
                    Group.TIMES,
                    "max-connection-age-jitter",
                    "N%",
                    "10%",
                    Conversion.PERCENT.or(OFF, 0),
                    Effect.onFrontend(FrontendOptions::maxConnectionAgeJitter),
                    "Ends each connection up to this part of max-connection-age earlier, so that"
                            + " those that were opened together do not end together; off: all at"
                            + " that age.");

    static final Setting<Integer> MAX_CONNS_PER_SOURCE =
            TABLE.setting(
                    Group.LIMITS,
                    "max-conns-per-source",
                    "N",
                    OFF,
                    Conversion.COUNT.or(OFF, 0),
                    Effect.onFrontend(FrontendOptions::maxConnectionsPerSource),
                    "The most open connections from one source: see --source-prefix.");

    static final Setting<Rate> MAX_RATE_PER_SOURCE =
            TABLE.setting(
                    Group.LIMITS,
                    "max-rate-per-source",
                    "N/TIME",
                    OFF,
                    Conversion.RATE.or(OFF, Rate.UNLIMITED),
                    Effect.onFrontend(
                            (frontend, rate) ->
                                    frontend.maxRatePerSource(rate.connections(), rate.period())),
                    "The most connections that one source may open per period, such as 10/1s.");

    static final Setting<SourcePrefix> SOURCE_PREFIX =
            TABLE.setting(
                    Group.LIMITS,
                    "source-prefix",
                    "[V4,]V6",
                    "64",
                    Conversion.SOURCE_PREFIX,
                    Effect.onFrontend(
                            (frontend, prefix) -> frontend.sourcePrefix(prefix.v4(), prefix.v6())),
                    "Counts addresses with this prefix as one source: 64 for each IPv4 address and"
                            + " IPv6 /64, 24,56 for each IPv4 /24 and IPv6 /56.");

    static final Setting<List<String>> ALLOW =
            TABLE.list(
                    Group.LIMITS,
                    "allow",
                    "RANGE",
                    Conversion.RANGES,
                    Effect.onFrontend((frontend, ranges) -> ranges.forEach(frontend::allow)),
                    "Accepts clients from these ranges only: 10.0.0.0/8, ::1. Default: all.");

    static final Setting<List<String>> DENY =
            TABLE.list(
                    Group.LIMITS,
                    "deny",
                    "RANGE",
                    Conversion.RANGES,
                    Effect.onFrontend((frontend, ranges) -> ranges.forEach(frontend::deny)),
                    "Refuses clients from these ranges, even if --allow has them. Default: none.");

    private ConnectionSettings() {}

    static List<Setting<?>> list() {
        return TABLE.rows();
    }
}
