package dev.eventloop.lb.discovery;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.xbill.DNS.Name;
import org.xbill.DNS.config.ResolvConfResolverConfigProvider;

/**
 * Where names are looked up.
 *
 * @param hosts the file that is looked into first; null for none
 * @param servers in the order in which they are asked
 * @param search the domains in which a name that is not complete is looked for
 * @param ndots how many dots a name needs to be tried as it is first
 */
record Surroundings(Path hosts, List<InetSocketAddress> servers, List<Name> search, int ndots) {
    private static final Path HOSTS = Path.of("/etc/hosts");
    private static final int PORT = 53;

    /** One server, which knows complete names. */
    static Surroundings of(InetSocketAddress server) {
        return new Surroundings(null, List.of(server), List.of(), 1);
    }

    /**
     * As the system is now; a laptop or a container may get other servers while it runs. This one
     * of dnsjava's providers, and not all of them: the last ones come with warnings from a JDK that
     * hides what they look at.
     */
    static Surroundings ofSystem() {
        ResolvConfResolverConfigProvider resolvConf = new ResolvConfResolverConfigProvider();
        resolvConf.initialize();
        List<InetSocketAddress> servers =
                resolvConf.servers().stream().filter(server -> !server.isUnresolved()).toList();
        return new Surroundings(
                HOSTS,
                servers.isEmpty() ? List.of(local()) : servers,
                List.copyOf(resolvConf.searchPaths()),
                resolvConf.ndots());
    }

    /** What resolv.conf(5) says is asked where it names none. */
    private static InetSocketAddress local() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT);
    }
}
