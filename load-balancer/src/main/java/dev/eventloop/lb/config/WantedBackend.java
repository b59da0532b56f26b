package dev.eventloop.lb.config;

import dev.eventloop.lb.BackendOptions;
import java.net.InetSocketAddress;
import java.util.regex.Pattern;

/** A BACKEND as the command line and the file have it. */
public sealed interface WantedBackend {
    /** What distinguishes it from others. */
    String name();

    boolean backup();

    /** As it would be written on the command line; the limit of connections has no place there. */
    String text();

    /** The most connections at a time to each; 0 for what holds for all. */
    int maxConnections();

    /** The same with what the file says apart from the address. */
    WantedBackend with(int weight, boolean backup, int maxConnections);

    int weight();

    /** One at an address. */
    record Given(BackendOptions options) implements WantedBackend {
        @Override
        public String name() {
            return options.name();
        }

        @Override
        public int weight() {
            return options.weight();
        }

        @Override
        public boolean backup() {
            return options.backup();
        }

        @Override
        public int maxConnections() {
            return options.maxConnections();
        }

        @Override
        public Given with(int weight, boolean backup, int maxConnections) {
            return new Given(options.weight(weight).backup(backup).maxConnections(maxConnections));
        }

        @Override
        public String text() {
            return name() + ":" + weight() + (backup() ? BACKUP : "");
        }
    }

    /**
     * Whoever DNS names.
     *
     * @param name {@code "dns:app.internal:9000"} or {@code "srv:_app._tcp.internal"}
     * @param host the name that is looked up
     * @param port of all that are found; 0 where the SRV records say it
     * @param weight of each; where SRV records say it, 1
     */
    record Discovered(
            String name, String host, int port, int weight, boolean backup, int maxConnections)
            implements WantedBackend {
        /** Whether it is asked for SRV records, and not for addresses. */
        public boolean isSrv() {
            return port == 0;
        }

        @Override
        public Discovered with(int weight, boolean backup, int maxConnections) {
            return new Discovered(name, host, port, weight, backup, maxConnections);
        }

        @Override
        public String text() {
            return name + (isSrv() ? "" : ":" + weight) + (backup ? BACKUP : "");
        }
    }

    String BACKUP = ",backup";
    String DNS = "dns:";
    String SRV = "srv:";
    Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252})");
    Pattern IPV4 = Pattern.compile("[0-9.]+");

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException with a sentence that says what would be right
     */
    static WantedBackend parse(String text) {
        if (text.startsWith(DNS)) {
            return parseDns(text);
        }
        return text.startsWith(SRV) ? parseSrv(text) : new Given(BackendOptions.parse(text));
    }

    private static WantedBackend parseDns(String text) {
        String rest = text.substring(DNS.length());
        BackendOptions each;
        try {
            each = BackendOptions.parse(rest);
        } catch (IllegalArgumentException e) {
            String why = e.getMessage().substring(e.getMessage().indexOf(": ") + 2);
            throw wrong(text, "it is no dns:NAME:PORT[:WEIGHT][,backup], since " + why);
        }
        if (!(each.address() instanceof InetSocketAddress inet) || !isName(inet.getHostString())) {
            throw wrong(
                    text,
                    "there is no name to look up; write dns:NAME:PORT[:WEIGHT], or an address"
                            + " without dns:");
        }
        return new Discovered(
                DNS + each.name(),
                inet.getHostString(),
                inet.getPort(),
                each.weight(),
                each.backup(),
                0);
    }

    private static WantedBackend parseSrv(String text) {
        boolean backup = text.endsWith(BACKUP);
        String host = text.substring(SRV.length(), text.length() - (backup ? BACKUP.length() : 0));
        if (!isName(host)) {
            throw wrong(
                    text,
                    "it is no srv:NAME[,backup], such as srv:_app._tcp.example.org; ports and"
                            + " weights are in the SRV records");
        }
        return new Discovered(SRV + host, host, 0, 1, backup, 0);
    }

    private static boolean isName(String host) {
        return HOST_NAME.matcher(host).matches() && !IPV4.matcher(host).matches();
    }

    private static IllegalArgumentException wrong(String text, String why) {
        return new IllegalArgumentException("backend " + text + ": " + why);
    }
}
