package dev.eventloop.lb.frontend;

import dev.eventloop.lb.AcceptMode;
import dev.eventloop.lb.Splice;
import dev.eventloop.lb.access.AccessRules;
import dev.eventloop.lb.access.SourceLimits;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * The settings of a frontend. Immutable: a reload replaces it, and keeps the first group.
 *
 * @param addresses that clients connect to
 * @param maxClients at a time; 0 for as many as the process may have
 * @param idleTimeout how long a connection may move no byte; zero for no limit
 * @param halfCloseTimeout the idle timeout once one side has sent EOF; zero for no limit
 * @param prefaceTimeout how long a client may take for a PROXY header and a TLS ClientHello
 * @param maxAge how long a connection may be open; zero for no limit
 * @param maxAgeJitter by how many percent of that a connection may end earlier
 * @param logEmpty whether the end of a connection is logged whose client left without a byte
 * @param proxies the clients that must send a PROXY header, if any must
 */
public record FrontendSettings(
        // fixed at run time
        List<InetSocketAddress> addresses,
        AcceptMode acceptMode,
        int maxClients,
        // may change at run time
        Duration idleTimeout,
        Duration halfCloseTimeout,
        Duration prefaceTimeout,
        Duration maxAge,
        int maxAgeJitter,
        boolean logEmpty,
        Splice splice,
        AccessRules rules,
        SourceLimits.Limits sourceLimits,
        boolean acceptProxyProtocol,
        AccessRules proxies) {

    /** Copies the list. */
    public FrontendSettings {
        addresses = List.copyOf(addresses);
    }

    /** Whether a client at this address must send a PROXY header; IPv4 as IPv4-mapped IPv6. */
    public boolean expectsProxyHeader(long ipHigh, long ipLow) {
        return acceptProxyProtocol && proxies.admit(ipHigh, ipLow);
    }

    /** A copy with the first group of the other. */
    public FrontendSettings withFixedOf(FrontendSettings other) {
        return new FrontendSettings(
                other.addresses,
                other.acceptMode,
                other.maxClients,
                idleTimeout,
                halfCloseTimeout,
                prefaceTimeout,
                maxAge,
                maxAgeJitter,
                logEmpty,
                splice,
                rules,
                sourceLimits,
                acceptProxyProtocol,
                proxies);
    }
}
