package dev.eventloop.lb.config;

import dev.eventloop.lb.AccessLogFormat;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * The table of all settings. The command line, the keys of the file, {@code --help}, {@code
 * --dry-run}, the reload, the options of the load balancer, its frontends and its pools, and {@code
 * docs/configuration.md} follow from it.
 */
public final class AllSettings {
    public static final Setting<Integer> PORT = ListeningSettings.PORT;
    public static final Setting<Boolean> DEMO = ListeningSettings.DEMO;
    public static final Setting<String> BIND = ListeningSettings.BIND;
    public static final Setting<Integer> THREADS = ListeningSettings.THREADS;
    public static final Setting<Boolean> PIN = ListeningSettings.PIN;
    public static final Setting<Integer> MAX_CLIENTS = ListeningSettings.MAX_CLIENTS;
    public static final Setting<String> EVENT_BACKEND = ListeningSettings.EVENT_BACKEND;
    public static final Setting<Duration> DRAIN_TIMEOUT = ConnectionSettings.DRAIN_TIMEOUT;
    public static final Setting<InetSocketAddress> DNS_SERVER = OperatingSettings.DNS_SERVER;
    public static final Setting<Duration> DNS_INTERVAL = OperatingSettings.DNS_INTERVAL;
    public static final Setting<SocketAddress> ADMIN = OperatingSettings.ADMIN;
    public static final Setting<String> ADMIN_TOKEN_FILE = OperatingSettings.ADMIN_TOKEN_FILE;
    public static final Setting<String> ACCESS_LOG = OperatingSettings.ACCESS_LOG;
    public static final Setting<Path> HANDOVER = OperatingSettings.HANDOVER;
    public static final Setting<Boolean> WATCH = OperatingSettings.WATCH;
    public static final Setting<AccessLogFormat> ACCESS_LOG_FORMAT =
            OperatingSettings.ACCESS_LOG_FORMAT;

    /** Those of the command itself that need a restart. */
    public static final List<Setting<?>> FIXED_OF_COMMAND =
            List.of(
                    ACCESS_LOG_FORMAT,
                    OperatingSettings.ACCESS_LOG_EVENTS,
                    ADMIN,
                    ADMIN_TOKEN_FILE,
                    HANDOVER);

    /** The others that need a restart. */
    private static final Set<Setting<?>> FIXED =
            Set.of(
                    PORT,
                    DEMO,
                    BIND,
                    THREADS,
                    PIN,
                    ListeningSettings.ACCEPT,
                    MAX_CLIENTS,
                    EVENT_BACKEND,
                    OperatingSettings.STALL_WARNING);

    private static final Comparator<Setting.Group> NO_HEADING_FIRST =
            Comparator.nullsFirst(Comparator.naturalOrder());
    private static final List<Setting<?>> ALL = sorted();

    private AllSettings() {}

    /** All settings, in the order of {@code --help}. */
    public static List<Setting<?>> list() {
        return ALL;
    }

    /** Whether only a restart changes it, of a frontend that runs. */
    static boolean isFixed(Setting<?> setting) {
        return FIXED.contains(setting) || FIXED_OF_COMMAND.contains(setting);
    }

    private static List<Setting<?>> sorted() {
        List<Setting<?>> all = new ArrayList<>(ListeningSettings.list());
        all.addAll(BackendSettings.list());
        all.addAll(ConnectionSettings.list());
        all.addAll(OperatingSettings.list());
        all.sort(Comparator.comparing(Setting::group, NO_HEADING_FIRST));
        return List.copyOf(all);
    }

    /** The settings of a scope. */
    public static List<Setting<?>> list(Scope scope) {
        return ALL.stream().filter(setting -> setting.scope() == scope).toList();
    }
}
