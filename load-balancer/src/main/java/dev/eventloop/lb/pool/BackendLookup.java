package dev.eventloop.lb.pool;

import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.Durations;
import dev.eventloop.lb.lookup.HostLookup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Looks up where backends are: all names at the same time, each on a thread of its own. */
public final class BackendLookup {
    private final Map<BackendOptions, CompletableFuture<InetAddress>> answers =
            new LinkedHashMap<>();

    private BackendLookup() {}

    /** Begins to look up all names. */
    public static BackendLookup begin(List<BackendOptions> backends) {
        BackendLookup lookup = new BackendLookup();
        for (BackendOptions backend : backends) {
            lookup.answers.put(
                    backend,
                    isNamed(backend) ? HostLookup.begin(inet(backend).getHostString()) : null);
        }
        return lookup;
    }

    private static boolean isNamed(BackendOptions backend) {
        return backend.address() instanceof InetSocketAddress inet && inet.isUnresolved();
    }

    private static InetSocketAddress inet(BackendOptions backend) {
        return (InetSocketAddress) backend.address();
    }

    /**
     * Waits for the addresses of all, and creates them in the same order.
     *
     * @param deadline a value of {@link System#nanoTime}
     * @param limit of the connections of each that has none of its own; 0 for none
     * @throws UnknownHostException if a name is not known
     * @throws IllegalArgumentException if two have the same address
     */
    public GivenBackends await(long deadline, int limit) throws UnknownHostException {
        Map<SocketAddress, BackendOptions> found = new LinkedHashMap<>();
        List<BackendOptions> late = new ArrayList<>();
        for (BackendOptions backend : answers.keySet()) {
            SocketAddress where = where(backend, deadline);
            if (where == null) {
                late.add(backend);
                continue;
            }
            BackendOptions other = found.putIfAbsent(where, backend);
            if (other != null) {
                throw new IllegalArgumentException(
                        "backend "
                                + backend.name()
                                + " is the same as backend "
                                + other.name()
                                + "; give it once, with a higher weight");
            }
        }
        List<Backend> backends = new ArrayList<>();
        found.forEach(
                (where, options) ->
                        backends.add(
                                GivenBackends.backend(BackendGroups.GIVEN, where, options, limit)));
        return new GivenBackends(List.copyOf(answers.keySet()), backends, late);
    }

    /**
     * Waits for one address; null if there is no answer before the deadline.
     *
     * @throws UnknownHostException if the name is not known
     */
    SocketAddress where(BackendOptions backend, long deadline) throws UnknownHostException {
        CompletableFuture<InetAddress> answer = answers.get(backend);
        if (answer == null) {
            return backend.address();
        }
        try {
            InetAddress address = HostLookup.await(answer, deadline);
            return address == null ? null : at(backend, address);
        } catch (UnknownHostException e) {
            throw unknown(backend);
        }
    }

    /**
     * Waits for the address of one backend.
     *
     * @throws UnknownHostException if its name is not known, or has no answer in time
     */
    static SocketAddress of(BackendOptions backend) throws UnknownHostException {
        SocketAddress where = begin(List.of(backend)).where(backend, HostLookup.deadline());
        if (where == null) {
            throw new UnknownHostException(
                    "backend "
                            + backend.name()
                            + ": the name servers have not said within "
                            + Durations.toString(HostLookup.PATIENCE)
                            + " where "
                            + inet(backend).getHostString()
                            + " is; give an address, or try again later");
        }
        return where;
    }

    /** The address of a backend whose name has no answer yet, for as long as it takes. */
    static CompletableFuture<SocketAddress> later(BackendOptions backend) {
        return HostLookup.begin(inet(backend).getHostString())
                .thenApply(address -> at(backend, address));
    }

    private static SocketAddress at(BackendOptions backend, InetAddress address) {
        return new InetSocketAddress(address, inet(backend).getPort());
    }

    private static UnknownHostException unknown(BackendOptions backend) {
        return new UnknownHostException(
                "backend "
                        + backend.name()
                        + ": the host "
                        + inet(backend).getHostString()
                        + " is unknown; give an address, or a name that resolves");
    }
}
