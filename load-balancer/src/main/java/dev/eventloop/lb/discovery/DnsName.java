package dev.eventloop.lb.discovery;

import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.HostText;
import dev.eventloop.lb.WholeNumbers;
import java.util.Objects;
import org.xbill.DNS.Address;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/**
 * A DNS name whose addresses or SRV records are backends. Immutable.
 *
 * @param kind the kind of records to query
 * @param host the name; unless it ends with a dot, the search domains of the system are tried as
 *     well
 * @param port 1 to 65535; 0 for services, whose records contain ports
 * @param weight 1 to 256, of each address; 1 for services, whose records contain weights
 * @param backup whether to use these backends only when no primary is up
 * @param maxConnections the maximum of open connections to each backend; 0 for no limit
 */
public record DnsName(
        Kind kind, String host, int port, int weight, boolean backup, int maxConnections) {
    private static final String BACKUP = ",backup";

    /** The length at which messages cut off a text, which may be as long as a file. */
    private static final int MOST_SHOWN = 300;

    /** The kind of records to query. */
    public enum Kind {
        /** Every A and AAAA address of the name is a backend. */
        ADDRESSES("dns:", "dns:NAME:PORT[:WEIGHT][,backup]"),
        /** Every address of every SRV record of the name is a backend. */
        SERVICES("srv:", "srv:NAME[,backup]");

        private final String prefix;
        private final String form;

        Kind(String prefix, String form) {
            this.prefix = prefix;
            this.form = form;
        }
    }

    /**
     * Validates the parts.
     *
     * @throws IllegalArgumentException if a part is invalid; the message says what would be right
     */
    public DnsName {
        Objects.requireNonNull(kind, "kind");
        String text = kind.prefix + host;
        if (host.isEmpty()) {
            throw wrong(text, "the name is missing; write " + kind.form);
        }
        if (Address.isDottedQuad(host) || host.indexOf(':') >= 0 || host.startsWith("[")) {
            throw wrong(text, "this is an address, not a name; leave out " + kind.prefix);
        }
        if (HostText.hasStrangeCharacter(host)) {
            throw wrong(
                    text.replaceAll("\\p{Cntrl}", "?"),
                    "the name has a space or a character that cannot be seen; leave it out");
        }
        toName(text, host);
        boolean ownPort = kind == Kind.SERVICES;
        if (ownPort ? port != 0 : port < 1 || port > 65_535) {
            throw wrong(
                    text,
                    ownPort
                            ? "SRV records have their own ports; write " + kind.form
                            : "port " + port + " is not from 1 to 65535");
        }
        if (weight < BackendOptions.DEFAULT_WEIGHT || weight > BackendOptions.MAX_WEIGHT) {
            throw wrong(text, "weight " + weight + " is not from 1 to 256");
        }
        if (ownPort && weight != BackendOptions.DEFAULT_WEIGHT) {
            throw wrong(text, "SRV records have their own weights; leave the weight out");
        }
        if (maxConnections < 0) {
            throw wrong(
                    text,
                    "the limit of "
                            + maxConnections
                            + " connections must be 1 or more, or 0 for no limit");
        }
    }

    /** Every A and AAAA address of the name, with this port and weight 1. */
    public static DnsName addresses(String host, int port) {
        return new DnsName(Kind.ADDRESSES, host, port, BackendOptions.DEFAULT_WEIGHT, false, 0);
    }

    /** Every SRV record of a name such as {@code _http._tcp.app.internal}. */
    public static DnsName services(String host) {
        return new DnsName(Kind.SERVICES, host, 0, BackendOptions.DEFAULT_WEIGHT, false, 0);
    }

    /**
     * Whether the text begins with {@code dns:} or {@code srv:}, so that {@link #parse} should
     * parse it.
     */
    public static boolean isMeant(String text) {
        return text.startsWith(Kind.ADDRESSES.prefix) || text.startsWith(Kind.SERVICES.prefix);
    }

    /**
     * Parses the form used on the command line: {@code dns:NAME:PORT[:WEIGHT]} or {@code srv:NAME},
     * with an optional {@code ,backup} at the end.
     *
     * @throws IllegalArgumentException if a part is invalid; the message says what would be right
     */
    public static DnsName parse(String text) {
        if (!text.endsWith(BACKUP)) {
            return parsePrimary(text);
        }
        String primary = text.substring(0, text.length() - BACKUP.length());
        if (primary.endsWith(BACKUP)) {
            throw wrong(text, "it says ,backup more than once; write it once, at the end");
        }
        return parsePrimary(primary).backup(true);
    }

    private static DnsName parsePrimary(String text) {
        if (text.startsWith(Kind.SERVICES.prefix)) {
            return parseServices(text);
        }
        if (text.startsWith(Kind.ADDRESSES.prefix)) {
            return parseAddresses(text);
        }
        throw wrong(text, "write " + Kind.ADDRESSES.form + " or " + Kind.SERVICES.form);
    }

    private static DnsName parseServices(String text) {
        String host = text.substring(Kind.SERVICES.prefix.length());
        if (host.indexOf(':') >= 0) {
            throw wrong(
                    text,
                    "SRV records have their own ports and weights; write " + Kind.SERVICES.form);
        }
        return services(host);
    }

    private static DnsName parseAddresses(String text) {
        String rest = text.substring(Kind.ADDRESSES.prefix.length());
        if (rest.startsWith("[")) {
            throw wrong(text, "this is an address, not a name; leave out dns:");
        }
        String[] parts = rest.split(":", -1);
        if (parts.length < 2 || parts[1].isEmpty()) {
            throw wrong(text, "the port is missing; write " + Kind.ADDRESSES.form);
        }
        if (parts.length > 3) {
            throw wrong(text, "there are too many colons; write " + Kind.ADDRESSES.form);
        }
        DnsName name = addresses(parts[0], number(text, "port", parts[1], 65_535));
        return parts.length == 2
                ? name
                : name.weight(number(text, "weight", parts[2], BackendOptions.MAX_WEIGHT));
    }

    /** A copy with another weight. */
    public DnsName weight(int weight) {
        return new DnsName(kind, host, port, weight, backup, maxConnections);
    }

    /** A copy whose backends are backups, or not. */
    public DnsName backup(boolean backup) {
        return new DnsName(kind, host, port, weight, backup, maxConnections);
    }

    /** A copy with another connection limit for each backend; 0 for no limit. */
    public DnsName maxConnections(int maxConnections) {
        return new DnsName(kind, host, port, weight, backup, maxConnections);
    }

    /** {@code "dns:app.internal:9000"} or {@code "srv:_http._tcp.app.internal"}. */
    @Override
    public String toString() {
        return kind.prefix + host + (kind == Kind.SERVICES ? "" : ":" + port);
    }

    Name toName() {
        return toName(toString(), host);
    }

    private static Name toName(String text, String host) {
        try {
            return Name.fromString(host);
        } catch (TextParseException e) {
            throw wrong(
                    text,
                    "\""
                            + host
                            + "\" cannot be a DNS name ("
                            + e.getMessage()
                            + "); a label has at most 63 characters, the whole name 253");
        }
    }

    private static int number(String text, String what, String digits, int greatest) {
        int value = WholeNumbers.parse(digits);
        if (value < 1 || value > greatest) {
            throw wrong(
                    text,
                    "the "
                            + what
                            + " \""
                            + shown(digits)
                            + "\" is not a whole number from 1 to "
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
