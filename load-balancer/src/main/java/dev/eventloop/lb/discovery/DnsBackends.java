package dev.eventloop.lb.discovery;

import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.BackendSource;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.SRVRecord;

/**
 * The backends behind a DNS name, which is resolved repeatedly.
 *
 * <p>The next query follows when the shortest TTL of the last answer and its aliases expires, but
 * no sooner than after one second and no later than after {@link DnsOptions#interval}, plus up to
 * 10 % at random so that several instances spread out. While queries fail, they are retried after
 * 1, 2, 4 … seconds, up to the interval. A server has 2 s for an answer, all queries of a name
 * together have 20 s.
 *
 * <ul>
 *   <li><b>A query fails</b> (no answer, SERVFAIL, REFUSED, no network, or an answer that cannot be
 *       believed: {@link Answer}): the backends found before stay in use, however long the outage
 *       lasts. The start and the end of an outage are logged. Each query counts by itself: if A is
 *       answered and AAAA is not, the IPv6 backends stay; if an SRV target cannot be resolved, it
 *       keeps its addresses.
 *   <li><b>The name resolves to no addresses</b> (NXDOMAIN, or an answer without records): the
 *       backends are removed at once. nginx does the same; HAProxy does it after {@code hold nx},
 *       30 s.
 *   <li><b>No backend can be made of a record</b> (an address such as 0.0.0.0, port 0, the target
 *       {@code "."}): the others are used. If none is left, the query has failed.
 *   <li>The order of the records is ignored; most servers rotate it with each answer.
 * </ul>
 *
 * <p>Every address of an SRV record is a backend with the weight of the record: 0 counts as 1, and
 * if one exceeds 256 all are scaled down in proportion. Records of the lowest priority are
 * primaries, all others backups. The same address and port twice is one backend with the sum of
 * both weights.
 *
 * <p>Runs one daemon thread from {@link #start} to {@link #close}; it may still be inside {@code
 * onChange} when {@code close} returns.
 */
public final class DnsBackends implements BackendSource {
    private static final Logger LOG = LoggerFactory.getLogger(DnsBackends.class);

    /** The time limit of one round of queries; enough for hundreds of SRV targets. */
    private static final Duration ROUND = Duration.ofSeconds(20);

    private final DnsName name;
    private final DnsOptions options;
    private final NameServers servers;
    private final Answers answers;
    private final CountDownLatch closed = new CountDownLatch(1);
    private List<BackendOptions> backends; // null before the first answer
    private Set<String> skipped = Set.of();
    private int failures;

    /** Sends no query before {@link #start}. */
    public DnsBackends(DnsName name, DnsOptions options) {
        this(
                name,
                options,
                options.server() == null
                        ? Environment.ofSystem()
                        : () -> Environment.of(options.server()));
    }

    DnsBackends(DnsName name, DnsOptions options, Supplier<Environment> environment) {
        this.name = name;
        this.options = options;
        this.servers = new NameServers(environment);
        this.answers = new Answers(servers);
    }

    @Override
    public String name() {
        return name.toString();
    }

    @Override
    public void start(Consumer<List<BackendOptions>> onChange) {
        Thread thread = new Thread(() -> resolveRepeatedly(onChange), name());
        thread.setDaemon(true);
        thread.start();
    }

    private void resolveRepeatedly(Consumer<List<BackendOptions>> onChange) {
        try {
            do {
                resolveOnce(onChange);
            } while (!closed.await(nanosToWait(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // and end the thread
        }
    }

    private void resolveOnce(Consumer<List<BackendOptions>> onChange) {
        try {
            resolve(onChange);
        } catch (RuntimeException e) { // a bug here or in onChange must not end the thread
            failures++;
            LOG.error("{}: unexpected error while resolving", name, e);
        }
    }

    private void resolve(Consumer<List<BackendOptions>> onChange) {
        servers.begin(ROUND);
        answers.begin();
        List<BackendOptions> found = found();
        answers.end();
        if (closed.getCount() == 0) {
            return;
        }
        logOutage(found.size());
        logSkipped();
        boolean unanswered = backends == null && found.isEmpty() && answers.failure() != null;
        if (!unanswered && !found.equals(backends)) {
            if (found.isEmpty()) {
                LOG.warn("{}: resolved to no addresses", name);
            }
            backends = found;
            onChange.accept(found);
        }
    }

    private List<BackendOptions> found() {
        FoundBackends result = new FoundBackends();
        switch (name.kind()) {
            case ADDRESSES -> {
                for (InetAddress address : answers.addresses(name.toName())) {
                    result.add(address, name.port(), name.weight(), name.backup());
                }
            }
            case SERVICES -> {
                List<SRVRecord> services = answers.services(name.toName());
                int primary = services.stream().mapToInt(SRVRecord::getPriority).min().orElse(0);
                for (SRVRecord service : services) {
                    boolean backup = name.backup() || service.getPriority() > primary;
                    for (InetAddress address : answers.addresses(service.getTarget())) {
                        result.add(address, service.getPort(), service.getWeight(), backup);
                    }
                }
            }
        }
        return result.backends(name.maxConnections());
    }

    private void logOutage(int backends) {
        if (answers.failure() == null) {
            if (failures > 0) {
                LOG.info("{}: DNS answers again", name);
            }
            failures = 0;
            return;
        }
        if (failures++ == 0) {
            LOG.warn(
                    "{}: {}; {} until DNS answers",
                    name,
                    answers.failure(),
                    backends == 0
                            ? "no backends from it"
                            : "keeping the last known backends (" + backends + ")");
        }
    }

    /** Says once about each record why it is left out. */
    private void logSkipped() {
        Set<String> now = answers.skipped();
        now.stream()
                .filter(why -> !skipped.contains(why))
                .forEach(why -> LOG.warn("{}: a record is left out: {}", name, why));
        skipped = now;
    }

    private long nanosToWait() {
        long wait = nanosToWait(answers.ttl(), failures, options.interval());
        return wait + ThreadLocalRandom.current().nextLong(wait / 10);
    }

    /**
     * The time to the next query, from the TTL in seconds or from the number of failures in a row.
     */
    static long nanosToWait(long ttl, int failures, Duration interval) {
        long shortest = DnsOptions.MIN_INTERVAL.toNanos();
        long wanted =
                failures == 0
                        ? TimeUnit.SECONDS.toNanos(ttl)
                        : shortest << Math.min(failures - 1, 20);
        return Math.min(Math.max(wanted, shortest), interval.toNanos());
    }

    /** Whether both resolve the same name with the same options. */
    @Override
    public boolean equals(Object other) {
        return other instanceof DnsBackends that
                && name.equals(that.name)
                && options.equals(that.options);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, options);
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            servers.close();
        } catch (IOException e) {
            LOG.debug("{}: cannot close the socket to the DNS server: {}", name, e.getMessage());
        }
    }
}
