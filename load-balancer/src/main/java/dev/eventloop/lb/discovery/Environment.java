package dev.eventloop.lb.discovery;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.xbill.DNS.Name;
import org.xbill.DNS.config.ResolvConfResolverConfigProvider;

/**
 * Where and how names are resolved: the contents of resolv.conf(5), and the hosts file.
 *
 * @param hosts the hosts file, which is read first; null for none
 * @param servers the name servers, in the order in which to query them
 * @param search the search domains, for names without a trailing dot
 * @param ndots a name with at least this many dots is tried as given before the search domains
 */
record Environment(Path hosts, List<InetSocketAddress> servers, List<Name> search, int ndots) {
    private static final Path HOSTS = Path.of("/etc/hosts");
    private static final int PORT = 53;

    /** A single server, without search domains or a hosts file. */
    static Environment of(InetSocketAddress server) {
        return new Environment(null, List.of(server), List.of(), 1);
    }

    /**
     * The current configuration of the system, read again each time because a laptop or a container
     * may get other servers while it runs. Uses only the resolv.conf provider of dnsjava: others
     * use JDK internals, which makes the JDK print warnings.
     */
    static Environment ofSystem() {
        ResolvConfResolverConfigProvider resolvConf = new ResolvConfResolverConfigProvider();
        resolvConf.initialize();
        List<InetSocketAddress> servers =
                resolvConf.servers().stream().filter(server -> !server.isUnresolved()).toList();
        return new Environment(
                HOSTS,
                servers.isEmpty() ? List.of(local()) : servers,
                List.copyOf(resolvConf.searchPaths()),
                resolvConf.ndots());
    }

    /** The default of resolv.conf(5) if it names no server. */
    private static InetSocketAddress local() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT);
    }
}
