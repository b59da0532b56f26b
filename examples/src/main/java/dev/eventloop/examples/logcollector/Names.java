package dev.eventloop.examples.logcollector;

import java.net.Inet6Address;
import java.net.InetSocketAddress;

/** Formats addresses as host:port. */
final class Names {
    private Names() {}

    static String of(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        boolean v6 = address.getAddress() instanceof Inet6Address;
        return (v6 ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
