package dev.eventloop.lb.discovery;

import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.BackendSource;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.SRVRecord;

/**
 * The backends behind a DNS name, looked up again and again.
 *
 * <p>DNS is asked again when the shortest TTL of its last answer is over, but never sooner than
 * after a second nor later than after {@link DnsOptions#interval}; up to a tenth is added by
 * chance, so that several instances spread. While it fails it is asked again after 1, 2, 4 …
 * seconds up to the interval.
 *
 * <ul>
 *   <li><b>It fails</b> (no answer, SERVFAIL, REFUSED, no network): what was found before stays in
 *       use, for as long as it takes. The log says so when that begins, and when it is over. This
 *       goes for each question by itself: where A is answered and AAAA is not, the IPv6 backends
 *       stay as they were; where an SRV target cannot be looked up, it keeps its addresses.
 *   <li><b>It says that there is none</b> (NXDOMAIN, or an answer without records): then there is
 *       none, at once. nginx takes it like that; HAProxy waits for {@code hold nx}, 30 s, and then
 *       does too.
 *   <li>The order of the records means nothing; most servers turn it with each answer.
 * </ul>
 *
 * <p>Every address of an SRV record is a backend with the weight of the record: 0 counts as 1, and
 * where one is above 256 all are brought down in proportion. Records of the lowest priority are
 * primaries, all others backups. The same address and port twice is one backend with both weights.
 *
 * <p>One daemon thread from {@link #start} to {@link #close}, which may still be on its way through
 * {@code onChange} when {@code close} returns.
 */
public final class DnsBackends implements BackendSource {
    private static final Logger LOG = LoggerFactory.getLogger(DnsBackends.class);

    /** The longest that one look at everything may take; hundreds of SRV targets fit. */
    private static final Duration ROUND = Duration.ofSeconds(20);

    private final DnsName name;
    private final DnsOptions options;
    private final NameServers servers;
    private final Answers answers;
    private final CountDownLatch closed = new CountDownLatch(1);
    private List<BackendOptions> backends; // null until DNS has said something
    private int failures;

    /** Looks nothing up yet. */
    public DnsBackends(DnsName name, DnsOptions options) {
        this(
                name,
                options,
                options.server() == null
                        ? Surroundings::ofSystem
                        : () -> Surroundings.of(options.server()));
    }

    DnsBackends(DnsName name, DnsOptions options, Supplier<Surroundings> surroundings) {
        this.name = name;
        this.options = options;
        this.servers = new NameServers(surroundings);
        this.answers = new Answers(servers);
    }

    @Override
    public String name() {
        return name.toString();
    }

    @Override
    public void start(Consumer<List<BackendOptions>> onChange) {
        look(options.patience(), onChange);
        Thread thread = new Thread(() -> lookAgain(onChange), name());
        thread.setDaemon(true);
        thread.start();
    }

    private void lookAgain(Consumer<List<BackendOptions>> onChange) {
        try {
            while (!closed.await(nanosToWait(), TimeUnit.NANOSECONDS)) {
                lookOnceMore(onChange);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // and ends: somebody wants this thread to
        }
    }

    private void lookOnceMore(Consumer<List<BackendOptions>> onChange) {
        try {
            look(ROUND, onChange);
        } catch (RuntimeException e) { // a bug, here or there, must not end it for good
            failures++;
            LOG.error("{}: looking it up failed", name, e);
        }
    }

    private void look(Duration time, Consumer<List<BackendOptions>> onChange) {
        servers.begin(time);
        answers.begin();
        List<BackendOptions> found = found();
        answers.end();
        if (closed.getCount() == 0) {
            return;
        }
        logOutage(found.size());
        boolean saidNothing = backends == null && found.isEmpty() && answers.failure() != null;
        if (!saidNothing && !found.equals(backends)) {
            if (found.isEmpty()) {
                LOG.warn("{}: DNS says that there is none", name);
            }
            backends = found;
            onChange.accept(found);
        }
    }

    private List<BackendOptions> found() {
        Roster roster = new Roster();
        switch (name.kind()) {
            case ADDRESSES -> {
                for (InetAddress address : answers.addresses(name.toName())) {
                    roster.add(address, name.port(), name.weight(), name.backup());
                }
            }
            case SERVICES -> {
                List<SRVRecord> services = answers.services(name.toName());
                int primary = services.stream().mapToInt(SRVRecord::getPriority).min().orElse(0);
                for (SRVRecord service : services) {
                    boolean backup = name.backup() || service.getPriority() > primary;
                    for (InetAddress address : answers.addresses(service.getTarget())) {
                        roster.add(address, service.getPort(), service.getWeight(), backup);
                    }
                }
            }
        }
        return roster.backends(name.maxConnections());
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
                    "{}: {}; {} until it answers",
                    name,
                    answers.failure(),
                    backends == 0
                            ? "there is no backend from it"
                            : "the " + backends + " found before stay in use");
        }
    }

    private long nanosToWait() {
        long wait = nanosToWait(answers.ttl(), failures, options.interval());
        return wait + ThreadLocalRandom.current().nextLong(wait / 10);
    }

    /** By the TTL in seconds, or by how often it has failed in a row. */
    static long nanosToWait(long ttl, int failures, Duration interval) {
        long shortest = DnsOptions.MIN_INTERVAL.toNanos();
        long wanted =
                failures == 0
                        ? TimeUnit.SECONDS.toNanos(ttl)
                        : shortest << Math.min(failures - 1, 20);
        return Math.min(Math.max(wanted, shortest), interval.toNanos());
    }

    /** Whether both look up the same in the same way. */
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
            LOG.debug("{}: closing the socket to the DNS server: {}", name, e.getMessage());
        }
    }
}
