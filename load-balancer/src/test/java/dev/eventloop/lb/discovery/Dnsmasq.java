package dev.eventloop.lb.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.FreePort;
import dev.eventloop.fixture.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A dnsmasq process, with names from a hosts file that the test writes. */
public final class Dnsmasq implements AutoCloseable {
    private final Path hosts;
    private final List<String> command;
    private int port;
    private Program program;

    private Dnsmasq(Path folder, String... options) throws Exception {
        this.hosts = folder.resolve("hosts");
        this.command =
                new ArrayList<>(
                        List.of(
                                "dnsmasq",
                                "--keep-in-foreground",
                                "--log-facility=-",
                                "--conf-file=/dev/null",
                                "--pid-file=",
                                "--listen-address=127.0.0.1",
                                "--bind-interfaces",
                                "--user=" + System.getProperty("user.name"),
                                "--no-resolv",
                                "--no-hosts",
                                "--local=/test/",
                                "--addn-hosts=" + hosts));
        command.addAll(List.of(options));
    }

    /** Starts dnsmasq with these lines of a hosts file; skips the test if it is not installed. */
    public static Dnsmasq start(Path folder, List<String> lines, String... options)
            throws Exception {
        boolean installed = Program.find("dnsmasq") != null;
        if (!installed) {
            System.out.println("Dnsmasq: skipped, because dnsmasq is not on the PATH");
        }
        assumeTrue(installed, "dnsmasq is not on the PATH");
        Dnsmasq server = new Dnsmasq(folder, options);
        Files.write(server.hosts, lines);
        server.port = FreePort.next();
        while (!server.hasStarted()) { // another process took the port
            server.port = FreePort.next();
        }
        return server;
    }

    /** Starts it again on the same port, after {@link #end}. */
    public void run() throws Exception {
        Await.until("dnsmasq has its port " + port + " again", this::hasStarted);
    }

    private boolean hasStarted() throws Exception {
        List<String> line = new ArrayList<>(command);
        line.add("--port=" + port);
        program = Program.start(line);
        Await.until(
                "dnsmasq runs or has ended",
                () -> program.output().contains("read " + hosts) || !program.isAlive());
        boolean runs = program.isAlive();
        if (!runs) {
            assertThat(program.output()).contains("Address already in use");
            program.close();
        }
        return runs;
    }

    /** Ends it and so closes its port. */
    public void end() throws IOException {
        program.close();
    }

    /** Ends it by SIGKILL. */
    public void kill() throws Exception {
        program.signal("KILL");
        int ignored = program.awaitExit();
        program.close();
    }

    /** Replaces the lines of the hosts file. */
    public void hosts(String... lines) throws Exception {
        Files.write(hosts, List.of(lines));
        program.signal("HUP");
    }

    /** SIGSTOP: its port stays open, but it does not answer. */
    public void freeze() throws Exception {
        program.signal("STOP");
    }

    /** SIGCONT after {@link #freeze}. */
    public void thaw() throws Exception {
        program.signal("CONT");
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /**
     * A port that was free just now, for TCP at least; dnsmasq cannot pick a port and report it.
     */
    @Override
    public void close() throws IOException {
        program.close();
    }
}
