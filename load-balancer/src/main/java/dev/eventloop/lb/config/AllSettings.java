package dev.eventloop.lb.config;

import dev.eventloop.lb.AcceptMode;
import dev.eventloop.lb.AccessLogFormat;
import dev.eventloop.lb.Algorithm;
import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.lb.Splice;
import dev.eventloop.lb.WholeNumbers;
import dev.eventloop.lb.config.Setting.Group;
import dev.eventloop.lb.proxyprotocol.ProxyProtocol;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BiConsumer;

/**
 * Every setting: the one table from which the command line, the file, {@code --help}, {@code
 * --dry-run} and the load balancer get what they know.
 */
public final class AllSettings {
    private static final String OFF = "off";
    private static final String AUTO = "auto";
    private static final List<Setting<?>> ALL = new ArrayList<>();

    public static final Setting<Integer> PORT =
            setting(
                    null,
                    "port",
                    "PORT",
                    null,
                    Conversion.wholeNumber(0, 65_535),
                    AllSettings::elsewhere,
                    "The port to listen on, 0 to 65535; 0 picks a free one.");

    public static final Setting<Boolean> DEMO =
            flag(
                    null,
                    "demo",
                    AllSettings::elsewhere,
                    "Runs three small HTTP backends of its own, weights 3:2:1, behind port 8080"
                            + " (or PORT), with the admin page on the port after it.");

    public static final Setting<String> BIND =
            setting(
                    Group.LISTENING,
                    "b bind",
                    "ADDRESS",
                    "0.0.0.0",
                    Conversion.NAME,
                    AllSettings::elsewhere,
                    "The address to listen on.");

    public static final Setting<Integer> THREADS =
            setting(
                    Group.LISTENING,
                    "t threads",
                    "N",
                    AUTO,
                    Conversion.wholeNumber(1, LoadBalancerBuilder.MAX_THREADS).or(AUTO, 0),
                    unless(0, LoadBalancerBuilder::threads),
                    "Event loops, each with a thread of its own; auto: one per core.");

    public static final Setting<Boolean> PIN =
            flag(
                    Group.LISTENING,
                    "pin",
                    LoadBalancerBuilder::pinThreads,
                    "Binds each thread to a core, of those that this process may use. Linux only.");

    static final Setting<AcceptMode> ACCEPT =
            setting(
                    Group.LISTENING,
                    "accept",
                    "reuseport|exclusive",
                    "reuseport",
                    Conversion.choice(
                            List.of("reuseport", "exclusive"),
                            name -> AcceptMode.valueOf(name.toUpperCase(Locale.ROOT))),
                    LoadBalancerBuilder::acceptMode,
                    "reuseport: each thread has a listener, and the system gives each its share."
                            + " exclusive: one listener, and a client wakes one thread that has"
                            + " nothing to do; needs epoll.");

    public static final Setting<Integer> MAX_CLIENTS =
            setting(
                    Group.LISTENING,
                    "max-clients",
                    "N",
                    AUTO,
                    Conversion.COUNT.or(AUTO, 0),
                    unless(0, LoadBalancerBuilder::maxClients),
                    "Clients at a time; others wait to be accepted. auto: what the limit of open"
                            + " files allows.");

    static final Setting<Boolean> ACCEPT_PROXY_PROTOCOL =
            flag(
                    Group.LISTENING,
                    "accept-proxy-protocol",
                    LoadBalancerBuilder::acceptProxyProtocol,
                    "Expects a PROXY header, version 1 or 2, from each client.");

    public static final Setting<String> EVENT_BACKEND =
            setting(
                    Group.LISTENING,
                    "event-backend",
                    "NAME",
                    AUTO,
                    Conversion.NAME.or(AUTO, ""),
                    unless("", LoadBalancerBuilder::eventBackend),
                    "The event loop's backend, as the system property eventloop.backend; auto:"
                            + " the best one here.");

    static final Setting<Splice> SPLICE =
            setting(
                    Group.LISTENING,
                    "splice",
                    "auto|off|always",
                    AUTO,
                    Conversion.choice(
                            Arrays.stream(Splice.values()).map(Splice::toString).toList(),
                            name -> Splice.valueOf(name.toUpperCase(Locale.ROOT))),
                    LoadBalancerBuilder::splice,
                    "Whether bytes go from socket to socket without being copied; auto: what has"
                            + " proved to be bulk. On Linux; elsewhere all are copied.");

    static final Setting<Algorithm> ALGORITHM =
            setting(
                    Group.PICKING,
                    "a algorithm",
                    "NAME",
                    Algorithm.WEIGHTED_ROUND_ROBIN.shortName(),
                    Conversion.choice(
                            Arrays.stream(Algorithm.values()).map(Algorithm::shortName).toList(),
                            AllSettings::algorithm),
                    LoadBalancerBuilder::algorithm,
                    "wrr: smooth weighted round robin. rr: each in turn. least-conn: the fewest"
                            + " connections for its weight. random2: the better of two at random."
                            + " source-hash: by the client's address (Maglev).");

    static final Setting<Integer> RETRIES =
            setting(
                    Group.PICKING,
                    "retries",
                    "N",
                    "2",
                    Conversion.wholeNumber(0, WholeNumbers.GREATEST),
                    LoadBalancerBuilder::retries,
                    "Other backends tried when a connect fails.");

    static final Setting<Integer> MAX_CONNS_PER_BACKEND =
            setting(
                    Group.PICKING,
                    "max-conns-per-backend",
                    "N",
                    OFF,
                    Conversion.COUNT.or(OFF, 0),
                    LoadBalancerBuilder::maxConnectionsPerBackend,
                    "Connections at a time to each backend that has no limit of its own.");

    static final Setting<ProxyProtocol> PROXY_PROTOCOL =
            setting(
                    Group.PICKING,
                    "proxy-protocol",
                    "v1|v2",
                    OFF,
                    Conversion.choice(
                                    Arrays.stream(ProxyProtocol.values())
                                            .map(ProxyProtocol::shortName)
                                            .toList(),
                                    AllSettings::proxyProtocol)
                            .or(OFF, null),
                    unless(null, LoadBalancerBuilder::sendProxyProtocol),
                    "Sends a PROXY header, which tells the client's address, to backends.");

    static final Setting<Duration> IDLE_TIMEOUT =
            setting(
                    Group.TIMES,
                    "idle-timeout",
                    "TIME",
                    "60s",
                    Conversion.POSITIVE_TIME,
                    LoadBalancerBuilder::idleTimeout,
                    "How long no byte may move.");

    static final Setting<Duration> CONNECT_TIMEOUT =
            setting(
                    Group.TIMES,
                    "connect-timeout",
                    "TIME",
                    "5s",
                    Conversion.POSITIVE_TIME,
                    LoadBalancerBuilder::connectTimeout,
                    "How long a backend may take to accept.");

    static final Setting<Duration> HALF_CLOSE_TIMEOUT =
            setting(
                    Group.TIMES,
                    "half-close-timeout",
                    "TIME",
                    "30s",
                    Conversion.POSITIVE_TIME,
                    LoadBalancerBuilder::halfCloseTimeout,
                    "The idle timeout once one side has ended.");

    public static final Setting<Duration> DRAIN_TIMEOUT =
            setting(
                    Group.TIMES,
                    "drain-timeout",
                    "TIME",
                    "30s",
                    Conversion.TIME,
                    AllSettings::elsewhere,
                    "How long connections may go on after SIGTERM or SIGINT.");

    static final Setting<Duration> MAX_CONNECTION_AGE =
            setting(
                    Group.TIMES,
                    "max-connection-age",
                    "TIME",
                    OFF,
                    Conversion.POSITIVE_TIME.or(OFF, Duration.ZERO),
                    LoadBalancerBuilder::maxConnectionAge,
                    "How long a connection may be open, however busy.");

    static final Setting<Integer> MAX_CONNS_PER_SOURCE =
            setting(
                    Group.LIMITS,
                    "max-conns-per-source",
                    "N",
                    OFF,
                    Conversion.COUNT.or(OFF, 0),
                    LoadBalancerBuilder::maxConnectionsPerSource,
                    "Connections at a time from one address.");

    static final Setting<Rate> MAX_RATE_PER_SOURCE =
            setting(
                    Group.LIMITS,
                    "max-rate-per-source",
                    "N/TIME",
                    OFF,
                    Conversion.RATE.or(OFF, Rate.UNLIMITED),
                    (builder, rate) -> builder.maxRatePerSource(rate.connections(), rate.period()),
                    "Connections that one address may open, such as 10/1s.");

    static final Setting<List<String>> ALLOW =
            list(
                    Group.LIMITS,
                    "allow",
                    "RANGE",
                    Conversion.RANGES,
                    (builder, ranges) -> ranges.forEach(builder::allow),
                    "Lets these addresses in, and no others: 10.0.0.0/8, ::1. Default: all.");

    static final Setting<List<String>> DENY =
            list(
                    Group.LIMITS,
                    "deny",
                    "RANGE",
                    Conversion.RANGES,
                    (builder, ranges) -> ranges.forEach(builder::deny),
                    "Keeps these addresses out, also those that are allowed. Default: none.");

    static final Setting<Duration> HEALTH_CHECK =
            setting(
                    Group.HEALTH,
                    "health-check",
                    "TIME",
                    "2s",
                    Conversion.POSITIVE_TIME.or(OFF, Duration.ZERO),
                    LoadBalancerBuilder::healthCheck,
                    "How often each backend is connected to, to see whether it is up; off: only"
                            + " those that are down are.");

    static final Setting<Integer> HEALTH_FALL =
            setting(
                    Group.HEALTH,
                    "health-fall",
                    "N",
                    "3",
                    Conversion.COUNT,
                    LoadBalancerBuilder::healthFall,
                    "Failed checks or connects in a row, after which a backend is down.");

    static final Setting<Integer> HEALTH_RISE =
            setting(
                    Group.HEALTH,
                    "health-rise",
                    "N",
                    "2",
                    Conversion.COUNT,
                    LoadBalancerBuilder::healthRise,
                    "Checks in a row that must succeed until it is up again.");

    static final Setting<Duration> SLOW_START =
            setting(
                    Group.HEALTH,
                    "slow-start",
                    "TIME",
                    "10s",
                    Conversion.TIME.or(OFF, Duration.ZERO),
                    LoadBalancerBuilder::slowStart,
                    "Over how long it then gets its share back; off: at once.");

    static final Setting<Boolean> ON_BACKEND_DOWN =
            setting(
                    Group.HEALTH,
                    "on-backend-down",
                    "keep|close",
                    "keep",
                    Conversion.choice(List.of("keep", "close"), "close"::equals),
                    LoadBalancerBuilder::closeWhenBackendFails,
                    "What happens to the connections of a backend that goes down.");

    public static final Setting<InetSocketAddress> DNS_SERVER =
            setting(
                    Group.DISCOVERY,
                    "dns-server",
                    "HOST:PORT",
                    AUTO,
                    Conversion.DNS_SERVER.or(AUTO, null),
                    AllSettings::elsewhere,
                    "Who is asked; auto: as the system does.");

    public static final Setting<Duration> DNS_INTERVAL =
            setting(
                    Group.DISCOVERY,
                    "dns-interval",
                    "TIME",
                    "10s",
                    Conversion.DNS_INTERVAL,
                    AllSettings::elsewhere,
                    "The longest time until it is asked again, whatever the TTL.");

    public static final Setting<InetSocketAddress> ADMIN =
            setting(
                    Group.OPERATING,
                    "admin",
                    "HOST:PORT",
                    OFF,
                    Conversion.ADDRESS.or(OFF, null),
                    AllSettings::elsewhere,
                    "Where the admin page, metrics and API are.");

    public static final Setting<String> ADMIN_TOKEN_FILE =
            setting(
                    Group.OPERATING,
                    "admin-token-file",
                    "FILE",
                    OFF,
                    Conversion.NAME.or(OFF, null),
                    AllSettings::elsewhere,
                    "Its first line is what admins must know; needed where --admin is not this"
                            + " machine's own address.");

    public static final Setting<String> ACCESS_LOG =
            setting(
                    Group.OPERATING,
                    "access-log",
                    "FILE",
                    OFF,
                    Conversion.NAME.or(OFF, null),
                    AllSettings::elsewhere,
                    "Where to write a line per connection; - is standard output.");

    public static final Setting<AccessLogFormat> ACCESS_LOG_FORMAT =
            setting(
                    Group.OPERATING,
                    "access-log-format",
                    "text|json",
                    "text",
                    Conversion.choice(
                            List.of("text", "json"),
                            name ->
                                    name.equals("json")
                                            ? AccessLogFormat.JSON
                                            : AccessLogFormat.TEXT),
                    LoadBalancerBuilder::accessLogFormat,
                    "How that line looks.");

    private AllSettings() {}

    /** All of them, in the order of {@code --help}. */
    public static List<Setting<?>> list() {
        return List.copyOf(ALL);
    }

    private static <T> Setting<T> setting(
            Group group,
            String names,
            String label,
            String defaultText,
            Conversion<T> conversion,
            BiConsumer<LoadBalancerBuilder, T> effect,
            String description) {
        return add(
                new Setting<>(
                        group,
                        key(names),
                        shortOption(names),
                        label,
                        defaultText,
                        conversion,
                        effect,
                        description,
                        false));
    }

    private static Setting<Boolean> flag(
            Group group,
            String key,
            BiConsumer<LoadBalancerBuilder, Boolean> effect,
            String description) {
        return add(
                new Setting<>(
                        group,
                        key,
                        null,
                        null,
                        "false",
                        Conversion.FLAG,
                        effect,
                        description,
                        false));
    }

    private static <T> Setting<T> list(
            Group group,
            String key,
            String label,
            Conversion<T> conversion,
            BiConsumer<LoadBalancerBuilder, T> effect,
            String description) {
        return add(
                new Setting<>(group, key, null, label, "", conversion, effect, description, true));
    }

    private static <T> Setting<T> add(Setting<T> setting) {
        ALL.add(setting);
        return setting;
    }

    private static String key(String names) {
        return names.substring(names.indexOf(' ') + 1);
    }

    private static String shortOption(String names) {
        return names.indexOf(' ') < 0 ? null : "-" + names.substring(0, names.indexOf(' '));
    }

    /** Of what is no matter of the builder, or is told it together with something else. */
    private static <T> void elsewhere(LoadBalancerBuilder builder, T value) {}

    /** A value that stands for what the builder does anyway. */
    private static <T> BiConsumer<LoadBalancerBuilder, T> unless(
            T usual, BiConsumer<LoadBalancerBuilder, T> effect) {
        return (builder, value) -> {
            if (!Objects.equals(value, usual)) {
                effect.accept(builder, value);
            }
        };
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
