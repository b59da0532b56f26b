package dev.eventloop.lb;

import dev.eventloop.lb.access.AccessRules;
import dev.eventloop.lb.access.SourceLimits;
import dev.eventloop.lb.proxyprotocol.ProxyProtocol;
import dev.eventloop.lb.upstream.HealthOptions;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What a load balancer is told. Immutable: a reload puts another in its place, in which the first
 * group is as it was.
 *
 * @param maxAge of a connection; zero for no limit
 * @param maxConnectionsPerBackend of those that have no limit of their own; 0 for none
 * @param sendProxyProtocol null for none
 * @param closeWhenBackendFails whether connections end when their backend goes down
 */
record Settings(
        // fixed once it runs
        InetSocketAddress address,
        int threads,
        boolean pinThreads,
        AcceptMode acceptMode,
        int maxClients,
        String eventBackend,
        // may change
        Algorithm algorithm,
        int retries,
        Duration idleTimeout,
        Duration connectTimeout,
        Duration halfCloseTimeout,
        Duration maxAge,
        Splice splice,
        int maxConnectionsPerBackend,
        boolean closeWhenBackendFails,
        HealthOptions health,
        AccessRules rules,
        SourceLimits.Limits sourceLimits,
        ProxyProtocol sendProxyProtocol,
        boolean acceptProxyProtocol) {

    /** What of the first group the other would have otherwise; a sentence each. */
    List<String> fixedDifferences(Settings other) {
        List<String> differences = new ArrayList<>();
        if (!address.equals(other.address)) {
            differences.add(differs("the address", Names.of(address), Names.of(other.address)));
        }
        if (threads != other.threads) {
            differences.add(differs("the number of threads", threads, other.threads));
        }
        if (pinThreads != other.pinThreads) {
            differences.add(
                    pinThreads
                            ? differs("each thread", "on its core", "free choice")
                            : differs("each thread", "on any core", "one of its own"));
        }
        if (acceptMode != other.acceptMode) {
            differences.add(differs("the way to accept", name(acceptMode), name(other.acceptMode)));
        }
        if (maxClients != other.maxClients) {
            differences.add(differs("the number of clients", maxClients, other.maxClients));
        }
        if (!Objects.equals(eventBackend, other.eventBackend)) {
            differences.add(
                    differs(
                            "the event backend",
                            Objects.requireNonNullElse(eventBackend, "the best"),
                            Objects.requireNonNullElse(other.eventBackend, "the best")));
        }
        return differences;
    }

    private static String name(AcceptMode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }

    /** Whether connections have a {@link ProxyHeader}. */
    boolean hasProxyHeader() {
        return acceptProxyProtocol || sendProxyProtocol != null;
    }

    private static String differs(String what, Object now, Object wanted) {
        return what + " stays " + now + "; " + wanted + " needs a restart";
    }

    /** The first group of the other, the rest of this. */
    Settings withFixedOf(Settings other) {
        return new Settings(
                other.address,
                other.threads,
                other.pinThreads,
                other.acceptMode,
                other.maxClients,
                other.eventBackend,
                algorithm,
                retries,
                idleTimeout,
                connectTimeout,
                halfCloseTimeout,
                maxAge,
                splice,
                maxConnectionsPerBackend,
                closeWhenBackendFails,
                health,
                rules,
                sourceLimits,
                sendProxyProtocol,
                acceptProxyProtocol);
    }
}
