package dev.eventloop.lb;

import java.net.InetSocketAddress;

/** Addresses as people write them. */
final class Names {
    private Names() {}

    /** {@code 127.0.0.1:80}, {@code [::1]:80} or {@code localhost:80}; never looks a name up. */
    static String of(InetSocketAddress address) {
        String host = address.getHostString();
        return of(host, address.getPort());
    }

    static String of(String host, int port) {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
