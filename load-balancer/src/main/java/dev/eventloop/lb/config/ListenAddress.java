package dev.eventloop.lb.config;

import dev.eventloop.lb.Names;
import dev.eventloop.lb.WholeNumbers;
import dev.eventloop.lb.access.Cidr;
import dev.eventloop.lb.access.Reach;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * An address to listen on, as it is written. Comparisons look no names up, except localhost.
 *
 * @param place where it is written
 */
record ListenAddress(String host, int port, Place place) {
    private static final Pattern RANGE = Pattern.compile("(-?\\d+)-(-?\\d+)");

    /** Of a range: each takes a socket per thread. */
    private static final int MOST_PORTS = 1_024;

    private static final List<String> LOCALHOST = List.of("127.0.0.1", "::1");

    /**
     * Parses {@code HOST:PORT} or {@code [IPV6]:PORT}.
     *
     * @throws IllegalArgumentException with a sentence that says what would be right
     */
    static ListenAddress parse(Text text) {
        InetSocketAddress address = Conversion.ADDRESS.convert(text.value());
        return new ListenAddress(address.getHostString(), address.getPort(), text.place());
    }

    /**
     * Parses what {@link #parse} does, and a range of ports, {@code HOST:FIRST-LAST}, which stands
     * for an address with each of them.
     *
     * @throws IllegalArgumentException with a sentence that says what would be right
     */
    static List<ListenAddress> parseAll(Text text) {
        String value = text.value();
        int colon = value.lastIndexOf(':');
        Matcher range = RANGE.matcher(value.substring(colon + 1));
        if (colon < 0 || !range.matches()) {
            return List.of(parse(text));
        }
        int first = WholeNumbers.parse(range.group(1));
        int last = WholeNumbers.parse(range.group(2));
        if (first < 1 || last > 65_535 || last < first || last - first >= MOST_PORTS) {
            throw Conversion.wrong(
                    value,
                    "is no range of ports; write the first and the last one, from 1 to 65535, at"
                            + " most "
                            + MOST_PORTS
                            + " in all, such as 0.0.0.0:8000-8010");
        }
        String host = value.substring(0, colon + 1);
        Conversion.ADDRESS.convert(host + first);
        return IntStream.rangeClosed(first, last)
                .mapToObj(port -> parse(new Text(host + port, text.place())))
                .toList();
    }

    /** The addresses that a host stands for; empty for a name that would have to be looked up. */
    static List<InetAddress> addresses(String host) {
        if (host.equalsIgnoreCase("localhost")) {
            return LOCALHOST.stream().map(ListenAddress::literal).toList();
        }
        try {
            Cidr.parse(host);
            return host.indexOf('/') < 0 ? List.of(literal(host)) : List.of();
        } catch (IllegalArgumentException e) {
            return List.of();
        }
    }

    private static InetAddress literal(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(host + " is not an address", e);
        }
    }

    /** Whether it is that very address. */
    boolean isSameAs(ListenAddress other) {
        if (port != other.port) {
            return false;
        }
        List<InetAddress> addresses = addresses(host);
        return host.equalsIgnoreCase(other.host)
                || (!addresses.isEmpty() && addresses.equals(addresses(other.host)));
    }

    /**
     * Whether it is a wildcard address that includes the other one.
     *
     * @param v6Only whether {@code ::} takes no IPv4 clients
     */
    boolean includes(ListenAddress other, boolean v6Only) {
        return port == other.port && addresses(other.host).stream().anyMatch(a -> takes(a, v6Only));
    }

    private boolean takes(InetAddress other, boolean v6Only) {
        return addresses(host).stream().anyMatch(own -> Reach.includes(own, v6Only, other));
    }

    /**
     * Whether connects to a host and port of this machine reach this address.
     *
     * @param v6Only whether {@code ::} takes no IPv4 clients
     */
    boolean isReachedAt(String targetHost, int targetPort, boolean v6Only) {
        if (port == 0 || targetPort != port) {
            return false;
        }
        List<InetAddress> own = addresses(host);
        for (InetAddress target : addresses(targetHost)) {
            if (own.stream().anyMatch(address -> Reach.isReached(address, v6Only, target))) {
                return true;
            }
        }
        return host.equalsIgnoreCase(targetHost);
    }

    boolean isIpv4() {
        return addresses(host).stream().anyMatch(Inet4Address.class::isInstance);
    }

    /** Whether {@code ::} takes no IPv4 clients, since one of these has an IPv4 address. */
    boolean isV6Only(List<ListenAddress> others) {
        return others.stream().anyMatch(other -> other.port == port && other.isIpv4());
    }

    /** {@code 0.0.0.0:443} or {@code [::]:443}. */
    @Override
    public String toString() {
        return Names.of(InetSocketAddress.createUnresolved(host, port));
    }
}
