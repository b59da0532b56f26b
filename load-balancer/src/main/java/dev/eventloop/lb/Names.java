package dev.eventloop.lb;

import java.net.InetSocketAddress;

/** Addresses as people write them. For the load balancer and its command. */
public final class Names {
    /** What a frontend or a pool is called that was not named. */
    public static final String DEFAULT = "default";

    private Names() {}

    /** {@code 127.0.0.1:80}, {@code [::1]:80} or {@code localhost:80}; never looks a name up. */
    public static String of(InetSocketAddress address) {
        String host =
                address.isUnresolved()
                        ? address.getHostString()
                        : address.getAddress().getHostAddress();
        return of(host, address.getPort());
    }

    static String of(String host, int port) {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
