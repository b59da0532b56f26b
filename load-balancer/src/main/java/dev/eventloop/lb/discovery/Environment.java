package dev.eventloop.lb.discovery;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;

/**
 * Where and how names are resolved: by the hosts file, and by the contents of resolv.conf(5).
 *
 * @param hosts comes first
 * @param servers the name servers, in the order in which to query them
 * @param search the search domains, for names without a trailing dot
 * @param ndots a name with at least this many dots is tried as given before the search domains
 */
record Environment(HostsFile hosts, List<InetSocketAddress> servers, List<Name> search, int ndots) {
    private static final Path HOSTS = Path.of("/etc/hosts");
    private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");

    /** The default of resolv.conf(5) if it names no server. */
    private static final InetSocketAddress LOCAL =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), ResolvConf.PORT);

    /** A single server, without search domains or a hosts file. */
    static Environment of(InetSocketAddress server) {
        return new Environment(HostsFile.NONE, List.of(server), List.of(), 1);
    }

    /** That of the system, read anew each time: a laptop or a container may get other servers. */
    static Supplier<Environment> ofSystem() {
        return ofFiles(HOSTS, RESOLV_CONF);
    }

    /** As {@link #ofSystem}. Without a server in the file, those known before stay in use. */
    static Supplier<Environment> ofFiles(Path hosts, Path resolvConf) {
        SettledFile hostsFile = new SettledFile(hosts);
        SettledFile configuration = new SettledFile(resolvConf);
        return new Supplier<>() {
            private ResolvConf known;

            @Override
            public Environment get() {
                ResolvConf now = ResolvConf.parse(configuration.read());
                if (known == null || !now.servers().isEmpty()) {
                    known = now;
                }
                List<InetSocketAddress> servers = known.servers();
                return new Environment(
                        HostsFile.parse(hostsFile.read()),
                        servers.isEmpty() ? List.of(LOCAL) : servers,
                        known.search(),
                        known.ndots());
            }
        };
    }

    /** The absolute names to ask for, in this order, until one has records. */
    List<Name> candidates(Name name) {
        if (name.isAbsolute()) {
            return List.of(name);
        }
        List<Name> candidates = new ArrayList<>();
        for (Name domain : search) {
            addIfShort(candidates, name, domain);
        }
        List<Name> itself = new ArrayList<>();
        addIfShort(itself, name, Name.root);
        candidates.addAll(name.labels() > ndots ? 0 : candidates.size(), itself);
        return candidates;
    }

    /** A name has at most 255 bytes. */
    private static void addIfShort(List<Name> candidates, Name name, Name domain) {
        try {
            candidates.add(Name.concatenate(name, domain));
        } catch (NameTooLongException e) {
            // then no server knows it either
        }
    }
}
