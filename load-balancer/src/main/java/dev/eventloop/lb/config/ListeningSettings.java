package dev.eventloop.lb.config;

import static dev.eventloop.lb.config.SettingTable.AUTO;

import dev.eventloop.lb.AcceptMode;
import dev.eventloop.lb.FrontendOptions;
import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.lb.Splice;
import dev.eventloop.lb.config.Setting.Group;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Settings of listening: where clients connect to, and the threads that serve them. */
final class ListeningSettings {
    private static final SettingTable TABLE = new SettingTable();

    static final Setting<Integer> PORT =
            TABLE.setting(
                    null,
                    "port",
                    "PORT",
                    null,
                    Conversion.wholeNumber(0, 65_535),
                    Effect.onDefaultFrontend(),
                    "The port to listen on, 0 to 65535; 0 picks a free one.");

    static final Setting<Boolean> DEMO =
            TABLE.flag(
                    null,
                    "demo",
                    Effect.onCommand(),
                    "Runs three small HTTP backends of its own, weights 3:2:1, behind port 8080"
                            + " (or PORT), with the admin page on the port after it.");

    static final Setting<String> BIND =
            TABLE.setting(
                    Group.LISTENING,
                    "b bind",
                    "ADDRESS",
                    "0.0.0.0",
                    Conversion.NAME,
                    Effect.onDefaultFrontend(),
                    "The address to listen on at PORT.");

    static final Setting<Integer> THREADS =
            TABLE.setting(
                    Group.LISTENING,
                    "t threads",
                    "N",
                    AUTO,
                    Conversion.wholeNumber(1, LoadBalancerBuilder.MAX_THREADS).or(AUTO, 0),
                    Effect.onProcess(Effect.unless(0, LoadBalancerBuilder::threads)),
                    "Event loops, each with a thread of its own; auto: one per core.");

    static final Setting<Boolean> PIN =
            TABLE.flag(
                    Group.LISTENING,
                    "pin",
                    Effect.onProcess(LoadBalancerBuilder::pinThreads),
                    "Binds each thread to a core, of those that this process may use. Linux only.");

    static final Setting<AcceptMode> ACCEPT =
            TABLE.setting(
                    Group.LISTENING,
                    "accept",
                    "reuseport|exclusive",
                    "reuseport",
                    Conversion.choice(
                            List.of("reuseport", "exclusive"),
                            name -> AcceptMode.valueOf(name.toUpperCase(Locale.ROOT))),
                    Effect.onFrontend(FrontendOptions::acceptMode),
                    "reuseport: each thread has a listener, and the system spreads clients over"
                            + " them. exclusive: one listener, and a client wakes one idle"
                            + " thread; needs epoll.");

    static final Setting<Integer> MAX_CLIENTS =
            TABLE.setting(
                    Group.LISTENING,
                    "max-clients",
                    "N",
                    AUTO,
                    Conversion.COUNT.or(AUTO, 0),
                    Effect.onFrontend(Effect.unless(0, FrontendOptions::maxClients)),
                    "The most clients at a time; others wait to be accepted. auto: what the limit"
                            + " of open files allows, which all frontends together never exceed.");

    static final Setting<Boolean> ACCEPT_PROXY_PROTOCOL =
            TABLE.flag(
                    Group.LISTENING,
                    "accept-proxy-protocol",
                    Effect.onFrontend(FrontendOptions::acceptProxyProtocol),
                    "Expects a PROXY header, version 1 or 2, from each client, or from those of"
                            + " --proxy-protocol-from.");

    static final Setting<List<String>> PROXY_PROTOCOL_FROM =
            TABLE.list(
                    Group.LISTENING,
                    "proxy-protocol-from",
                    "RANGE",
                    Conversion.RANGES,
                    Effect.onFrontend(
                            (frontend, ranges) -> ranges.forEach(frontend::proxyProtocolFrom)),
                    "Expects the PROXY header from these clients only, such as 10.0.0.5 or"
                            + " 10.1.0.0/16; the address of others is that of their socket."
                            + " Default: all.");

    static final Setting<String> EVENT_BACKEND =
            TABLE.setting(
                    Group.LISTENING,
                    "event-backend",
                    "NAME",
                    AUTO,
                    Conversion.NAME.or(AUTO, ""),
                    Effect.onProcess(Effect.unless("", LoadBalancerBuilder::eventBackend)),
                    "The event loop's backend, as the system property eventloop.backend; auto:"
                            + " the best one here.");

    static final Setting<Splice> SPLICE =
            TABLE.setting(
                    Group.LISTENING,
                    "splice",
                    "auto|off|always",
                    AUTO,
                    Conversion.choice(
                            Arrays.stream(Splice.values()).map(Splice::toString).toList(),
                            name -> Splice.valueOf(name.toUpperCase(Locale.ROOT))),
                    Effect.onFrontend(FrontendOptions::splice),
                    "Whether bytes move from socket to socket by splice(2), without a copy in user"
                            + " space; auto: once a connection carries bulk. Linux only.");

    private ListeningSettings() {}

    static List<Setting<?>> list() {
        return TABLE.rows();
    }
}
