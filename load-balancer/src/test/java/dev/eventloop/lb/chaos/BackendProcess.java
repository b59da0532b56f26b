package dev.eventloop.lb.chaos;

import dev.eventloop.fixture.FreePort;
import dev.eventloop.fixture.JavaProgram;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Runs a {@link CountingBackend}, which can be stopped, killed and started again. */
final class BackendProcess implements AutoCloseable {
    private static final List<String> SMALL = List.of("-Xmx48m", "-Xss256k");

    /** How long after a restart a connection may still end because of the kill. */
    private static final long LATE = 2_000_000_000L;

    /** From the kill until it listens again, by nanoTime. */
    private record Outage(long from, long to) {}

    private final String host;
    private final int port;
    private final char letter;
    private final List<Outage> outages = new ArrayList<>();
    private final List<JavaProgram> former = new ArrayList<>();
    private JavaProgram program;
    private long killedAt;

    private BackendProcess(String host, int port, char letter) {
        this.host = host;
        this.port = port;
        this.letter = letter;
    }

    static BackendProcess start(char letter) throws Exception {
        return start("127.0.0.1", FreePort.next(), letter);
    }

    static BackendProcess start(String host, int port, char letter) throws Exception {
        BackendProcess backend = new BackendProcess(host, port, letter);
        backend.run();
        return backend;
    }

    private void run() throws Exception {
        program =
                JavaProgram.start(
                        SMALL,
                        CountingBackend.class,
                        host,
                        Integer.toString(port),
                        Character.toString(letter));
        int ignored = program.port();
    }

    /** SIGKILL. */
    void kill() throws Exception {
        killedAt = System.nanoTime();
        program.signal("KILL");
        int ignored = program.awaitExit();
    }

    /** Starts it again on the same port. */
    void restart() throws Exception {
        former.add(program);
        run();
        outages.add(new Outage(killedAt, System.nanoTime() + LATE));
    }

    /** SIGSTOP: the kernel goes on accepting connections and bytes for it. */
    void freeze() throws Exception {
        program.signal("STOP");
    }

    /** SIGCONT. */
    void thaw() throws Exception {
        program.signal("CONT");
    }

    /** Whether it was dead at some time between these. */
    boolean wasDead(long from, long to) {
        return outages.stream().anyMatch(o -> o.from() <= to && from <= o.to());
    }

    /** As the load balancer names it. */
    String name() {
        return host + ":" + port;
    }

    int port() {
        return port;
    }

    /** What it has found wrong with the bytes that it got. */
    List<String> faults() {
        return Stream.concat(former.stream(), Stream.of(program))
                .flatMap(each -> each.out().stream())
                .filter(line -> line.startsWith(CountingBackend.FAULT))
                .toList();
    }

    @Override
    public void close() throws IOException {
        program.close();
    }
}
