package dev.eventloop.lb.config;

import static dev.eventloop.lb.config.SettingTable.AUTO;
import static dev.eventloop.lb.config.SettingTable.OFF;

import dev.eventloop.lb.AccessLogEvent;
import dev.eventloop.lb.AccessLogFormat;
import dev.eventloop.lb.FrontendOptions;
import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.lb.config.Setting.Group;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Settings of operation: DNS, the admin port and the access log. */
final class OperatingSettings {
    private static final SettingTable TABLE = new SettingTable();

    static final Setting<InetSocketAddress> DNS_SERVER =
            TABLE.setting(
                    Group.DISCOVERY,
                    "dns-server",
                    "HOST:PORT",
                    AUTO,
                    Conversion.DNS_SERVER.or(AUTO, null),
                    Effect.onCommand(),
                    "The DNS server to query; auto: those of the system.");

    static final Setting<Duration> DNS_INTERVAL =
            TABLE.setting(
                    Group.DISCOVERY,
                    "dns-interval",
                    "TIME",
                    "10s",
                    Conversion.DNS_INTERVAL,
                    Effect.onCommand(),
                    "The longest time between two queries, whatever the TTL.");

    static final Setting<SocketAddress> ADMIN =
            TABLE.setting(
                    Group.OPERATING,
                    "admin",
                    "unix:PATH|HOST:PORT",
                    OFF,
                    Conversion.ADMIN_ADDRESS.or(OFF, null),
                    Effect.onCommand(),
                    "The address of the admin page, metrics and API. Only the user who runs this,"
                            + " and root, may connect to a unix-domain socket.");

    static final Setting<String> ADMIN_TOKEN_FILE =
            TABLE.setting(
                    Group.OPERATING,
                    "admin-token-file",
                    "FILE",
                    OFF,
                    Conversion.NAME.or(OFF, null),
                    Effect.onCommand(),
                    "A file, readable by its owner only, whose first line is the token of the admin"
                            + " API, at least 16 characters; required unless --admin is a unix-domain"
                            + " socket or a loopback address.");

    static final Setting<String> ACCESS_LOG =
            TABLE.setting(
                    Group.OPERATING,
                    "access-log",
                    "FILE",
                    OFF,
                    Conversion.NAME.or(OFF, null),
                    Effect.onCommand(),
                    "The file to write a line per connection to; - is standard output.");

    static final Setting<AccessLogFormat> ACCESS_LOG_FORMAT =
            TABLE.setting(
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
                    Effect.onProcess(LoadBalancerBuilder::accessLogFormat),
                    "The format of these lines.");

    static final Setting<Set<AccessLogEvent>> ACCESS_LOG_EVENTS =
            TABLE.setting(
                    Group.OPERATING,
                    "access-log-events",
                    "open,close",
                    "close",
                    Conversion.choices(
                            List.of("open", "close"),
                            name ->
                                    name.equals("open")
                                            ? AccessLogEvent.OPEN
                                            : AccessLogEvent.CLOSE),
                    Effect.onProcess(LoadBalancerBuilder::accessLogEvents),
                    "What has a line, one or both. open: a backend has accepted. close: the"
                            + " connection has ended.");

    static final Setting<Boolean> LOG_EMPTY =
            TABLE.setting(
                    Group.OPERATING,
                    "log-empty",
                    "on|off",
                    "on",
                    Conversion.choice(List.of("on", "off"), "on"::equals),
                    Effect.onFrontend(FrontendOptions::logEmpty),
                    "off: no line at the end of a connection whose client closed or reset it"
                            + " without having sent a byte, as probes do.");

    static final Setting<Duration> STALL_WARNING =
            TABLE.setting(
                    Group.OPERATING,
                    "stall-warning",
                    "TIME",
                    "2s",
                    Conversion.TIME.or(OFF, Duration.ZERO),
                    Effect.onProcess(LoadBalancerBuilder::stallWarning),
                    "How long an event loop may take to turn before the log has its stack.");

    static final Setting<Boolean> WATCH =
            TABLE.setting(
                    Group.OPERATING,
                    "watch",
                    null,
                    "false",
                    Conversion.FLAG,
                    Effect.onCommand(),
                    "Reloads when the file of --config or a backends-file changes, also by a"
                            + " symbolic link that names another file.");

    static final Setting<Path> HANDOVER =
            TABLE.setting(
                    Group.OPERATING,
                    "handover",
                    "PATH",
                    OFF,
                    Conversion.SOCKET_PATH.or(OFF, null),
                    Effect.onCommand(),
                    "A unix-domain socket. The process that listens there hands its listening"
                            + " sockets over to this one, and drains; then this one listens there."
                            + " high_perf_lb reload-binary and SIGUSR2 start the next one.");

    private OperatingSettings() {}

    static List<Setting<?>> list() {
        return TABLE.rows();
    }
}
