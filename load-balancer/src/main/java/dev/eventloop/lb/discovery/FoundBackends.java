package dev.eventloop.lb.discovery;

import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.Names;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Collects the backends found in DNS: merges duplicates, and sorts by address because servers
 * rotate their answers.
 */
final class FoundBackends {
    private static final Comparator<InetSocketAddress> BY_ADDRESS =
            Comparator.comparing(
                            (InetSocketAddress where) -> where.getAddress().getAddress(),
                            Arrays::compareUnsigned)
                    .thenComparingInt(InetSocketAddress::getPort);

    private final Map<InetSocketAddress, Long> primaries = new TreeMap<>(BY_ADDRESS);
    private final Map<InetSocketAddress, Long> backups = new TreeMap<>(BY_ADDRESS);

    /**
     * Adds a backend. Weights of duplicates add up. A backend that is both a primary and a backup
     * is a primary.
     */
    void add(InetAddress address, int port, int weight, boolean backup) {
        InetSocketAddress where = new InetSocketAddress(address.getHostAddress(), port); // no name
        (backup ? backups : primaries).merge(where, (long) Math.max(weight, 1), Long::sum);
    }

    /** All backends. If a weight exceeds 256, all weights are scaled down in proportion. */
    List<BackendOptions> backends(int maxConnections) {
        backups.keySet().removeAll(primaries.keySet());
        return Stream.concat(
                        backends(primaries, false, maxConnections),
                        backends(backups, true, maxConnections))
                .toList();
    }

    private static Stream<BackendOptions> backends(
            Map<InetSocketAddress, Long> weights, boolean backup, int maxConnections) {
        long greatest = greatest(weights.values());
        return weights.entrySet().stream()
                .map(
                        entry ->
                                new BackendOptions(
                                        Names.of(entry.getKey()),
                                        entry.getKey(),
                                        scaled(entry.getValue(), greatest),
                                        backup,
                                        maxConnections));
    }

    private static long greatest(Collection<Long> weights) {
        return weights.stream().mapToLong(Long::longValue).max().orElse(1);
    }

    private static int scaled(long weight, long greatest) {
        if (greatest <= BackendOptions.MAX_WEIGHT) {
            return (int) weight;
        }
        long scaled = Math.round((double) weight * BackendOptions.MAX_WEIGHT / greatest);
        return (int) Math.max(scaled, BackendOptions.DEFAULT_WEIGHT);
    }
}
