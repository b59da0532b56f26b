package dev.eventloop.lb.lookup;

import dev.eventloop.lb.Durations;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Looks host names up by the system's resolver. While the name servers are silent, getaddrinfo(3)
 * blocks for as long as resolv.conf(5) says: the time limit, times the attempts, times the servers.
 * That is 10 s to some minutes, and nothing ends it. So each name has a daemon thread, which delays
 * no other name and not the end of the process, and callers wait for {@link #PATIENCE} at most.
 */
public final class HostLookup {
    /** How long a start, a reload or a change waits, for all of its names together. */
    public static final Duration PATIENCE = Duration.ofSeconds(3);

    /** The most names at a time; others wait for a thread. */
    private static final int THREADS = 256;

    /** What Java takes for an address, and does not look up. */
    private static final Pattern LITERAL =
            Pattern.compile(
                    "((25[0-5]|2[0-4]\\d|[01]?\\d?\\d)(\\.(?!$)|$)){4}|[0-9a-fA-F:][^/]*:[^/]*");

    private static final Map<String, CompletableFuture<InetAddress>> PENDING =
            new ConcurrentHashMap<>();

    private static final Executor LOOKUPS = executor();

    private HostLookup() {}

    private static Executor executor() {
        ThreadPoolExecutor executor =
                new ThreadPoolExecutor(
                        THREADS,
                        THREADS,
                        1,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        task -> {
                            Thread thread = new Thread(task, "host-lookup");
                            thread.setDaemon(true);
                            return thread;
                        });
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /**
     * Begins to look a name up; at the same time once only. Completes with its first address, or
     * with an {@link UnknownHostException}; at once if the text is an address.
     */
    public static CompletableFuture<InetAddress> begin(String host) {
        CompletableFuture<InetAddress> mine = new CompletableFuture<>();
        if (LITERAL.matcher(host).matches()) {
            lookUp(host, mine);
            return mine;
        }
        CompletableFuture<InetAddress> pending = PENDING.putIfAbsent(host, mine);
        if (pending != null) {
            return pending;
        }
        try {
            LOOKUPS.execute(
                    () -> {
                        lookUp(host, mine);
                        PENDING.remove(host, mine);
                    });
        } catch (OutOfMemoryError e) { // no thread can be started; others may wait by now
            PENDING.remove(host, mine);
            mine.completeExceptionally(e);
        }
        return mine;
    }

    private static void lookUp(String host, CompletableFuture<InetAddress> answer) {
        try {
            answer.complete(InetAddress.getByName(host));
        } catch (UnknownHostException | RuntimeException | Error e) {
            answer.completeExceptionally(e);
        }
    }

    /**
     * Waits for an answer. Null if there is none before the deadline, or this thread is
     * interrupted.
     *
     * @param deadline a value of {@link System#nanoTime}
     * @throws UnknownHostException if the host is not known
     */
    public static InetAddress await(CompletableFuture<InetAddress> answer, long deadline)
            throws UnknownHostException {
        try {
            return answer.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (ExecutionException e) {
            UnknownHostException unknown = new UnknownHostException(e.getCause().getMessage());
            unknown.initCause(e.getCause());
            throw unknown;
        }
    }

    /**
     * The address to listen on, for which the start or a reload waits; unresolved if the host is
     * unknown.
     *
     * @throws IllegalArgumentException if the name has no answer in time
     */
    public static InetSocketAddress addressToListenOn(String host, int port) {
        try {
            InetAddress address = await(begin(host), deadline());
            if (address == null) {
                throw new IllegalArgumentException(
                        "the name servers have not said within "
                                + Durations.toString(PATIENCE)
                                + " where "
                                + host
                                + " is, to listen on; give an address");
            }
            return new InetSocketAddress(address, port);
        } catch (UnknownHostException e) {
            return InetSocketAddress.createUnresolved(host, port);
        }
    }

    /** The deadline of what begins to wait now. */
    public static long deadline() {
        return System.nanoTime() + PATIENCE.toNanos();
    }
}
