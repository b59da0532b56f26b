package dev.eventloop.lb.admin.http;

import dev.eventloop.lb.Names;
import dev.eventloop.net.NativeAddress;
import java.net.InetSocketAddress;

/**
 * Where a connection comes from. All clients of a unix-domain socket are one source.
 *
 * @param high the upper half of the address; IPv4 as an IPv4-mapped IPv6 address
 * @param low the lower half
 * @param name {@code "127.0.0.1:50000"}, for the log
 */
public record Source(long high, long low, String name) {
    private static final Source UNIX = new Source(0, 0, "the unix socket");

    static Source of(NativeAddress peer) {
        return peer.isInternet()
                ? new Source(
                        peer.ipHigh(),
                        peer.ipLow(),
                        Names.of((InetSocketAddress) peer.toSocketAddress()))
                : UNIX;
    }

    /** The same for connections that one subscriber may have opened: an IPv6 /64 is one network. */
    long network() {
        return high == 0 ? low : high;
    }
}
