package dev.eventloop.lb;

import dev.eventloop.lb.access.Reach;
import dev.eventloop.lb.frontend.FrontendSettings;
import dev.eventloop.lb.lookup.HostLookup;
import dev.eventloop.lb.pool.Attempts;
import dev.eventloop.lb.pool.Backend;
import dev.eventloop.lb.pool.BackendGroups;
import dev.eventloop.lb.pool.BackendLookup;
import dev.eventloop.lb.pool.Builds;
import dev.eventloop.lb.pool.FormerBackends;
import dev.eventloop.lb.pool.GivenBackends;
import dev.eventloop.lb.pool.OwnAddresses;
import dev.eventloop.lb.pool.Pool;
import dev.eventloop.lb.pool.PoolSettings;
import dev.eventloop.lb.preface.Route;
import dev.eventloop.lb.preface.RouteTable;
import dev.eventloop.lb.runtime.ProcessSettings;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The complete and consistent configuration from a builder. Immutable. */
record Plan(ProcessSettings process, List<PlannedFrontend> frontends, List<PlannedPool> pools) {
    /** 10.0.0.1 as an IPv4-mapped IPv6 address, for {@link #firstPicks}. */
    private static final long FIRST_SOURCE = 0xffff_0a00_0001L;

    /**
     * A frontend.
     *
     * @param pool the name of the pool for clients that match no route; null for none
     */
    record PlannedFrontend(
            String name, FrontendSettings settings, List<Route<String>> routes, String pool) {
        /** Whether its sockets and one at this address are in each other's way. */
        boolean overlaps(InetSocketAddress other) {
            return settings.addresses().stream()
                    .filter(own -> own.getPort() == other.getPort())
                    .anyMatch(
                            own ->
                                    own.equals(other)
                                            || own.getAddress().isAnyLocalAddress()
                                            || other.getAddress().isAnyLocalAddress());
        }

        /** The routes, with the pools by name. */
        RouteTable<Pool> table(Map<String, Pool> pools) {
            List<Route<Pool>> found = new ArrayList<>();
            for (Route<String> route : routes) {
                found.add(
                        new Route<>(route.serverName(), route.protocol(), pools.get(route.pool())));
            }
            return new RouteTable<>(found, pool == null ? null : pools.get(pool));
        }
    }

    /** A pool. */
    record PlannedPool(
            String name,
            PoolSettings settings,
            List<BackendOptions> backends,
            List<BackendSource> sources) {}

    static Plan of(
            ProcessSettings process,
            Map<String, FrontendOptions> frontends,
            FrontendOptions frontendDefaults,
            Map<String, PoolOptions> pools,
            PoolOptions poolDefaults) {
        if (frontends.isEmpty()) {
            throw new IllegalArgumentException("there is no port to listen on");
        }
        List<PlannedPool> plannedPools = new ArrayList<>();
        pools.forEach((name, options) -> plannedPools.add(pool(name, options, poolDefaults)));
        if (plannedPools.isEmpty()) {
            throw new IllegalArgumentException("there is no backend; at least one is needed");
        }
        List<PlannedFrontend> plannedFrontends = new ArrayList<>();
        frontends.forEach(
                (name, options) ->
                        plannedFrontends.add(
                                frontend(name, options, frontendDefaults, pools.keySet())));
        refuseSharedAddresses(plannedFrontends);
        return new Plan(process, List.copyOf(plannedFrontends), List.copyOf(plannedPools));
    }

    private static PlannedPool pool(String name, PoolOptions options, PoolOptions defaults) {
        if (options.isEmpty()) {
            throw new IllegalArgumentException(
                    "pool " + name + " has no backend; at least one is needed");
        }
        return new PlannedPool(
                name,
                options.settings(defaults),
                List.copyOf(options.backends()),
                List.copyOf(options.sources()));
    }

    private static PlannedFrontend frontend(
            String name, FrontendOptions options, FrontendOptions defaults, Set<String> pools) {
        if (options.addresses().isEmpty()) {
            throw new IllegalArgumentException(
                    name.equals(LoadBalancerBuilder.DEFAULT)
                            ? "there is no port to listen on"
                            : "frontend " + name + " has no address to listen on; give it one");
        }
        for (InetSocketAddress address : options.addresses()) {
            if (address.isUnresolved()) {
                throw new IllegalArgumentException(
                        "the host "
                                + address.getHostString()
                                + " to listen on is unknown;"
                                + " give an address, or a name that resolves");
            }
        }
        String pool = options.pool();
        if (pool == null && options.routes().isEmpty()) {
            pool = name; // the pool of the same name, such as default
        } else if (pool == null && name.equals(LoadBalancerBuilder.DEFAULT)) {
            pool = pools.contains(name) ? name : null;
        }
        if (pool != null) {
            refuseUnknown(name, pool, pools);
        }
        options.routes().forEach(route -> refuseUnknown(name, route.pool(), pools));
        PlannedFrontend planned =
                new PlannedFrontend(
                        name, options.settings(defaults), List.copyOf(options.routes()), pool);
        new RouteTable<>(planned.routes(), pool); // refuses duplicates
        return planned;
    }

    private static void refuseUnknown(String frontend, String pool, Set<String> pools) {
        if (!pools.contains(pool)) {
            throw new IllegalArgumentException(
                    "frontend "
                            + frontend
                            + " sends clients to pool "
                            + pool
                            + ", which does not exist; there are "
                            + String.join(", ", pools));
        }
    }

    /**
     * Each address has one frontend. The kernel would refuse the second socket only once the first
     * one listens, or with SO_REUSEPORT not at all.
     */
    private static void refuseSharedAddresses(List<PlannedFrontend> frontends) {
        for (int i = 0; i < frontends.size(); i++) {
            for (InetSocketAddress address : frontends.get(i).settings().addresses()) {
                for (PlannedFrontend other : frontends.subList(0, i)) {
                    refuseShared(other, frontends.get(i), address);
                }
            }
        }
    }

    private static void refuseShared(
            PlannedFrontend first, PlannedFrontend second, InetSocketAddress address) {
        for (InetSocketAddress other : first.settings().addresses()) {
            if (other.getPort() == address.getPort()
                    && address.getPort() != 0
                    && (includes(first, other, address) || includes(second, address, other))) {
                boolean same = other.equals(address);
                throw new IllegalArgumentException(
                        "frontends "
                                + first.name()
                                + " and "
                                + second.name()
                                + " both listen on "
                                + Names.of(address)
                                + (same ? "" : ", since " + Names.of(other) + " overlaps with it")
                                + "; give each an address of its own, or make them one frontend"
                                + " with routes");
            }
        }
    }

    /** Whether a socket of a frontend takes connections to the other address of the same port. */
    private static boolean includes(
            PlannedFrontend owner, InetSocketAddress own, InetSocketAddress other) {
        boolean v6Only = Reach.needsV6Only(own, owner.settings().addresses());
        return own.equals(other) || Reach.includes(own.getAddress(), v6Only, other.getAddress());
    }

    /** In the order in which they were given. */
    Set<String> poolNames() {
        Set<String> names = new LinkedHashSet<>();
        pools.forEach(pool -> names.add(pool.name()));
        return names;
    }

    boolean hasPool(String name) {
        return pools.stream().anyMatch(pool -> pool.name().equals(name));
    }

    /** Null if there is none of that name. */
    PlannedFrontend frontend(String name) {
        return frontends.stream().filter(f -> f.name().equals(name)).findFirst().orElse(null);
    }

    /**
     * The given backends of all pools, by the names of the pools. Waits for the name servers as
     * long as {@link HostLookup#PATIENCE}, for all names together.
     *
     * @throws UnknownHostException if a name is not known
     */
    Map<String, GivenBackends> resolve() throws UnknownHostException {
        Map<PlannedPool, BackendLookup> lookups = new LinkedHashMap<>();
        pools.forEach(pool -> lookups.put(pool, BackendLookup.begin(pool.backends())));
        long deadline = HostLookup.deadline();
        Map<String, GivenBackends> resolved = new LinkedHashMap<>();
        try {
            for (PlannedPool pool : pools) {
                int limit = pool.settings().maxConnectionsPerBackend();
                GivenBackends given = lookups.get(pool).await(deadline, limit);
                resolved.put(pool.name(), given);
                given.refuse(this::reachedAt);
            }
            return resolved;
        } catch (UnknownHostException | RuntimeException e) {
            resolved.values().forEach(GivenBackends::discard);
            throw e;
        }
    }

    private String reachedAt(SocketAddress address) {
        for (PlannedFrontend frontend : frontends) {
            String reached = reached(frontend.name(), frontend.settings().addresses(), address);
            if (reached != null) {
                return reached;
            }
        }
        return null;
    }

    /** See {@link OwnAddresses}. */
    static String reached(
            String frontend, List<InetSocketAddress> listening, SocketAddress address) {
        InetSocketAddress own = Reach.find(listening, address);
        return own == null ? null : "frontend " + frontend + " listens on " + Names.of(own);
    }

    /**
     * Looks up all names.
     *
     * @throws UnknownHostException if one is not known
     */
    void check() throws UnknownHostException {
        resolve().values().forEach(GivenBackends::discard);
    }

    List<String> firstPicks(String name, int count) {
        PlannedPool planned =
                pools.stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
        List<String> picks = new ArrayList<>();
        FormerBackends former = new FormerBackends();
        try (Pool pool = new Pool(name, planned.settings(), 0, () -> 0, Builds.INLINE, former)) {
            pool.replace(
                    BackendGroups.GIVEN,
                    planned.backends().stream().map(GivenBackends::sample).toList());
            Attempts none = new Attempts();
            for (int i = 0; i < count && !planned.backends().isEmpty(); i++) {
                Backend backend = pool.pick(none, 0, FIRST_SOURCE + i);
                if (backend == null) { // all have weight 0
                    break;
                }
                picks.add(backend.name());
                backend.release();
            }
        }
        return picks;
    }
}
