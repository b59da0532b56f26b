package dev.eventloop.lb.discovery;

import dev.eventloop.lb.Durations;
import dev.eventloop.lb.WholeNumbers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Objects;
import org.xbill.DNS.Address;

/**
 * How to query DNS. Immutable.
 *
 * @param server the only server to query; null for the system's: {@code /etc/hosts} first, then the
 *     servers and search domains of {@code /etc/resolv.conf}
 * @param interval the longest time between two queries, whatever the TTL of the last answer; at
 *     least one second
 */
public record DnsOptions(InetSocketAddress server, Duration interval) {
    /** The shortest time between two queries, even if a TTL is 0. */
    static final Duration MIN_INTERVAL = Duration.ofSeconds(1);

    private static final DnsOptions DEFAULTS = new DnsOptions(null, Duration.ofSeconds(10));

    private static final String SERVER_FORMS = "IPV4[:PORT] or [IPV6][:PORT], such as 10.0.0.2:53";
    private static final int SERVER_PORT = 53;

    /**
     * Validates the options.
     *
     * @throws IllegalArgumentException if an option is invalid; the message says what would be
     *     right
     */
    public DnsOptions {
        if (server != null && server.isUnresolved()) {
            throw wrongServer(
                    server.getHostString(), "a DNS server must be given by address, not by name");
        }
        if (interval.compareTo(MIN_INTERVAL) < 0) {
            throw new IllegalArgumentException(
                    "the interval of DNS look-ups is "
                            + Durations.toString(interval)
                            + "; it must be 1s or more");
        }
    }

    /** The system's servers, and an interval of 10 s. */
    public static DnsOptions defaults() {
        return DEFAULTS;
    }

    /** A copy with another server. */
    public DnsOptions server(InetSocketAddress server) {
        return new DnsOptions(server, interval);
    }

    /**
     * A copy with another server: {@code 10.0.0.2:53} or {@code [2001:db8::2]:53}; port 53 may be
     * left out.
     */
    public DnsOptions server(String text) {
        Objects.requireNonNull(text, "text");
        int endOfHost = text.startsWith("[") ? text.indexOf(']') + 1 : text.indexOf(':');
        if (text.startsWith("[") && endOfHost == 0) {
            throw wrongServer(text, "the closing bracket is missing");
        }
        String host = endOfHost < 0 ? text : text.substring(0, endOfHost);
        String rest = endOfHost < 0 ? "" : text.substring(endOfHost);
        boolean bracketed = host.startsWith("[");
        String digits = bracketed ? host.substring(1, host.length() - 1) : host;
        byte[] ip = Address.toByteArray(digits, bracketed ? Address.IPv6 : Address.IPv4);
        if (ip == null) {
            throw wrongServer(text, "\"" + digits + "\" is not an IP address");
        }
        int port = rest.isEmpty() ? SERVER_PORT : WholeNumbers.parse(rest.substring(1));
        if ((!rest.isEmpty() && rest.charAt(0) != ':') || port < 1 || port > 65_535) {
            throw wrongServer(text, "the port is not a whole number from 1 to 65535");
        }
        try {
            return server(new InetSocketAddress(InetAddress.getByAddress(ip), port));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + ip.length + " bytes", e);
        }
    }

    /** A copy with another interval. */
    public DnsOptions interval(Duration interval) {
        return new DnsOptions(server, interval);
    }

    private static IllegalArgumentException wrongServer(String text, String why) {
        return new IllegalArgumentException(
                "DNS server " + text + ": " + why + "; write " + SERVER_FORMS);
    }
}
