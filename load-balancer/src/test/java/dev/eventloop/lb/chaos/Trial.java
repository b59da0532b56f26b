package dev.eventloop.lb.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.lb.fixture.LbProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** A load balancer as a process, its backends, and traffic: what a test makes trouble for. */
final class Trial implements AutoCloseable {
    /** Short, so that a wrong clock or a stopped process would cut what lasts longer. */
    static final Duration IDLE_TIMEOUT = Duration.ofSeconds(5);

    /** How much longer the load balancer may know a connection than its client does. */
    static final Duration SLACK = Duration.ofSeconds(20);

    private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("chaos.seconds", 45));

    private static final int WARM_UP = 40;

    /** How many lines of the load balancer's log a test prints at most. */
    private static final int MOST_LINES = 20;

    private final Random random;
    private final List<BackendProcess> backends;
    private final Path log;
    private final JavaProgram lb;
    private final Admin admin;
    private final Traffic traffic;
    private final int idleFiles;
    private long end;

    private Trial(
            Path folder, Path log, String shell, List<BackendProcess> backends, String... pool)
            throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("chaos: " + LENGTH + " of trouble, with -Dseed=" + seed);
        this.random = new Random(seed);
        this.backends = backends;
        this.log = log;
        Path socket = folder.resolve("admin.sock");
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("0", "--bind", "127.0.0.1"));
        arguments.addAll(List.of("--admin", "unix:" + socket, "--access-log", log.toString()));
        arguments.addAll(List.of("--idle-timeout", IDLE_TIMEOUT.toSeconds() + "s"));
        arguments.addAll(List.of("--health-check", "300ms", "--slow-start", "2s"));
        arguments.addAll(List.of(pool));
        lb = LbProcess.startBy(shell, arguments.toArray(String[]::new));
        admin = new Admin(socket);
        try {
            traffic = new Traffic(lb.port(), seed);
            for (int i = 0; i < WARM_UP; i++) {
                assertThat(traffic.once().end()).as("%s", lb).isEqualTo(Account.End.WHOLE);
            }
            idleFiles = Recovery.leastFiles(lb.facts());
        } catch (Exception | Error e) {
            lb.close();
            throw e;
        }
    }

    /** With these options besides the common ones. */
    static Trial start(Path folder, List<BackendProcess> backends, String... options)
            throws Exception {
        return startBy("exec \"$@\"", folder, folder.resolve("access.log"), backends, options);
    }

    /** By a line of sh(1), in which {@code "$@"} is the command. */
    static Trial startBy(
            String shell, Path folder, Path log, List<BackendProcess> backends, String... options)
            throws Exception {
        List<String> pool = new ArrayList<>(backends.stream().map(BackendProcess::name).toList());
        pool.addAll(List.of(options));
        return new Trial(folder, log, shell, backends, pool.toArray(String[]::new));
    }

    /** Whose backends are found by the load balancer itself. */
    static Trial startWithName(
            Path folder, List<BackendProcess> backends, String name, String... options)
            throws Exception {
        List<String> pool = new ArrayList<>(List.of(name));
        pool.addAll(List.of(options));
        Path log = folder.resolve("access.log");
        return new Trial(folder, log, "exec \"$@\"", backends, pool.toArray(String[]::new));
    }

    /** Most of these troubles are made by Linux's own programs. */
    static void needsLinux() {
        assumeTrue(
                System.getProperty("os.name").equals("Linux"),
                "signals, limits and /proc are used as Linux has them");
    }

    /** Whether there is time for more trouble; the first call starts the clock. */
    boolean goesOn() {
        if (end == 0) {
            end = System.nanoTime() + LENGTH.toNanos();
        }
        assertThat(lb.isAlive()).as("%s", lb).isTrue();
        traffic.assertNothingWrong();
        return System.nanoTime() < end;
    }

    /** A random time between these. */
    void pause(int leastMillis, int mostMillis) {
        pause(Duration.ofMillis(leastMillis + random.nextInt(mostMillis - leastMillis)));
    }

    static void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** The trouble is over: checks that nothing of it has stayed, and ends the load balancer. */
    void recover() throws Exception {
        pause(Duration.ofSeconds(1)); // of traffic without trouble
        traffic.stop();
        traffic.assertNothingWrong();
        Recovery.of(lb, admin, traffic, idleFiles);
        assertThat(backends).allSatisfy(b -> assertThat(b.faults()).as(b.name()).isEmpty());
        lb.signal("TERM");
        assertThat(lb.awaitExit()).as("%s", lb).isZero();
        assertThat(lb.err())
                .noneMatch(line -> line.contains("Exception") || line.contains("internal-error"));
        lb.err().stream().limit(MOST_LINES).forEach(System.out::println);
        Map<Account.End, Long> ends =
                traffic.accounts().stream()
                        .collect(Collectors.groupingBy(Account::end, Collectors.counting()));
        System.out.println("chaos: connections by their end: " + ends);
    }

    /** No connection was cut. */
    void auditUnharmed() throws IOException {
        audit((account, line) -> false);
    }

    /** After {@link #recover}: no connection was cut without an excuse. */
    void audit(Audit.Excuse excuse) throws IOException {
        Audit.ofAll(traffic.accounts(), LogLine.read(log), excuse);
    }

    JavaProgram lb() {
        return lb;
    }

    Admin admin() {
        return admin;
    }

    Traffic traffic() {
        return traffic;
    }

    Random random() {
        return random;
    }

    List<BackendProcess> backends() {
        return backends;
    }

    List<LogLine> lines() throws IOException {
        return LogLine.read(log);
    }

    @Override
    public void close() {
        traffic.end();
        lb.close();
    }
}
