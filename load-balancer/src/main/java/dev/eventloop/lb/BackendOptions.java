package dev.eventloop.lb;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The options of one backend. Immutable.
 *
 * @param name {@code "127.0.0.1:9001"}, {@code "[::1]:9001"} or {@code "unix:/run/app.sock"}
 * @param address an {@link InetSocketAddress}, whose name may be unresolved, or a {@link
 *     UnixDomainSocketAddress}
 * @param weight 0 to 256: its share of the connections; 0 for no new ones
 * @param backup whether it is used only when no other is up
 * @param maxConnections the limit of open connections to it; 0 for none
 */
public record BackendOptions(
        String name, SocketAddress address, int weight, boolean backup, int maxConnections) {
    /** The least and the greatest weight. */
    public static final int MIN_WEIGHT = 0;

    public static final int MAX_WEIGHT = 256;

    /** The weight of a backend of which none is given. */
    public static final int DEFAULT_WEIGHT = 1;

    /** The length at which messages cut off a text, which may be as long as a file. */
    private static final int MOST_SHOWN = 300;

    private static final String UNIX = "unix:";
    private static final String BACKUP = ",backup";
    private static final String FORMS =
            "HOST:PORT[:WEIGHT], [IPV6]:PORT[:WEIGHT] or unix:PATH[:WEIGHT]";

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException with a sentence that says what would be right
     */
    public BackendOptions {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(address, "address");
        if (weight < MIN_WEIGHT || weight > MAX_WEIGHT) {
            throw wrong(name, "weight " + weight + " is not from 0 to 256");
        }
        if (maxConnections < 0) {
            throw wrong(
                    name,
                    "the limit of "
                            + maxConnections
                            + " connections must be 1 or more, or 0 for none");
        }
    }

    /**
     * A backend of weight 1.
     *
     * @param host a name, which is looked up once, or an IPv4 or IPv6 address
     * @param port 1 to 65535
     */
    public static BackendOptions of(String host, int port) {
        if (HostText.hasStrangeCharacter(Objects.requireNonNull(host, "host"))) {
            throw wrong(
                    host.replaceAll("\\p{Cntrl}", "?"),
                    "its host has a space or a character that cannot be seen; leave it out");
        }
        String name = Names.of(host, port);
        if (port < 1 || port > 65_535) {
            throw wrong(name, "port " + port + " is not from 1 to 65535");
        }
        InetSocketAddress address = InetSocketAddress.createUnresolved(host, port);
        return new BackendOptions(name, address, DEFAULT_WEIGHT, false, 0);
    }

    /**
     * A backend of weight 1 that listens on a unix-domain socket; on Linux, a path that begins with
     * {@code @} is the name of an abstract one.
     */
    public static BackendOptions of(UnixDomainSocketAddress address) {
        String name = UNIX + address.getPath();
        if (name.chars().anyMatch(Character::isISOControl)) { // would break log lines
            throw wrong(
                    name.replaceAll("\\p{Cntrl}", "?"),
                    "its path has a control character; choose another one");
        }
        try {
            AbstractSockets.encode(address).close();
        } catch (IllegalArgumentException e) {
            throw wrong(name, e.getMessage());
        }
        return new BackendOptions(name, address, DEFAULT_WEIGHT, false, 0);
    }

    /**
     * Parses a backend of the command line: {@code HOST:PORT[:WEIGHT]}, {@code
     * [IPV6]:PORT[:WEIGHT]} or {@code unix:PATH[:WEIGHT]}, each optionally with {@code ,backup} at
     * the end.
     *
     * @throws IllegalArgumentException with a sentence that says what would be right
     */
    public static BackendOptions parse(String text) {
        if (!text.endsWith(BACKUP)) {
            return parsePrimary(text);
        }
        String primary = text.substring(0, text.length() - BACKUP.length());
        if (primary.endsWith(BACKUP)) {
            throw wrong(text, "it says ,backup more than once; write it once, at the end");
        }
        return parsePrimary(primary).backup(true);
    }

    private static BackendOptions parsePrimary(String text) {
        if (text.startsWith(UNIX)) {
            return parseUnix(text);
        }
        int endOfHost = text.startsWith("[") ? endOfBrackets(text) : text.indexOf(':');
        if (endOfHost < 0) {
            throw wrong(text, "the port is missing; write " + FORMS);
        }
        String host = text.substring(0, endOfHost);
        if (host.startsWith("[")) {
            host = host.substring(1, host.length() - 1);
        }
        String[] rest = text.substring(endOfHost).split(":", -1);
        if (host.isEmpty()) {
            throw wrong(text, "the host is missing; write " + FORMS);
        }
        if (rest.length < 2 || !rest[0].isEmpty() || rest[1].isEmpty()) {
            throw wrong(text, "the port is missing; write " + FORMS);
        }
        if (rest.length > 3) {
            throw wrong(
                    text,
                    "there are too many colons; write " + FORMS + ", an IPv6 address in brackets");
        }
        int port = number(text, "port", rest[1], 1, 65_535);
        BackendOptions options = of(host, port);
        return rest.length == 2 ? options : options.weight(weight(text, rest[2]));
    }

    private static BackendOptions parseUnix(String text) {
        String rest = text.substring(UNIX.length());
        int colon = rest.lastIndexOf(':');
        boolean weighted = colon >= 0 && rest.indexOf('/', colon) < 0;
        String path = weighted ? rest.substring(0, colon) : rest;
        if (path.isEmpty()) {
            throw wrong(text, "the path is missing; write unix:PATH[:WEIGHT]");
        }
        BackendOptions options = of(UnixDomainSocketAddress.of(Path.of(path)));
        return weighted ? options.weight(weight(text, rest.substring(colon + 1))) : options;
    }

    private static int endOfBrackets(String text) {
        int end = text.indexOf(']');
        if (end < 0) {
            throw wrong(text, "the closing bracket is missing; write [IPV6]:PORT[:WEIGHT]");
        }
        return end + 1;
    }

    /** A copy with this weight. */
    public BackendOptions weight(int weight) {
        return new BackendOptions(name, address, weight, backup, maxConnections);
    }

    /** A copy that is a backup or not. */
    public BackendOptions backup(boolean backup) {
        return new BackendOptions(name, address, weight, backup, maxConnections);
    }

    /** A copy with this limit of open connections; 0 for none. */
    public BackendOptions maxConnections(int maxConnections) {
        return new BackendOptions(name, address, weight, backup, maxConnections);
    }

    private static int weight(String text, String digits) {
        return number(text, "weight", digits, MIN_WEIGHT, MAX_WEIGHT);
    }

    private static int number(String text, String what, String digits, int least, int greatest) {
        int value = WholeNumbers.parse(digits);
        if (value < least || value > greatest) {
            throw wrong(
                    text,
                    "the "
                            + what
                            + " \""
                            + shown(digits)
                            + "\" is not a whole number from "
                            + least
                            + " to "
                            + greatest);
        }
        return value;
    }

    private static IllegalArgumentException wrong(String backend, String why) {
        return new IllegalArgumentException("backend " + shown(backend) + ": " + why);
    }

    private static String shown(String text) {
        return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
    }
}
