package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.FreePort;
import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.Program;
import dev.eventloop.lb.fixture.LbProcess;
import dev.eventloop.lb.fixture.Unchecked;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real programs through the load balancer; skipped where they are not installed. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class RealProgramsTest {
    @TempDir private Path folder;

    @Test
    @DisplayName("redis-benchmark, with and without pipelining")
    void redisIsServed() throws Exception {
        need("redis-server", "redis-benchmark");
        int port = FreePort.next();
        try (Program redis =
                        Program.start(
                                "redis-server",
                                "--port",
                                Integer.toString(port),
                                "--bind",
                                "127.0.0.1",
                                "--save",
                                "",
                                "--dir",
                                folder.toString());
                LoadBalancer lb = over(port).start()) {
            awaitListening(redis, port);
            String port2 = Integer.toString(lb.port());
            List<String> plain =
                    List.of("redis-benchmark", "-p", port2, "-q", "-n", "20000", "-t", "set,get");
            List<String> pipelined = new ArrayList<>(plain);
            pipelined.addAll(List.of("-P", "16"));
            for (List<String> command : List.of(plain, pipelined)) {
                assertThat(Program.run(command))
                        .contains("SET: ", "GET: ", "requests per second")
                        .doesNotContainIgnoringCase("error");
            }
            Await.equal(0, () -> lb.stats().active());
            assertThat(lb.stats().closes().keySet())
                    .isNotEmpty()
                    .isSubsetOf(CloseReason.CLIENT_CLOSED, CloseReason.CLIENT_RESET);
        }
    }

    @Test
    @DisplayName("wrk over nginx: no socket error and nothing but 2xx")
    void nginxIsServed() throws Exception {
        need("nginx", "wrk");
        int port = FreePort.next();
        try (Program nginx = nginx(port, "");
                LoadBalancer lb = over(port).threads(2).start()) {
            awaitListening(nginx, port);
            String url = "http://127.0.0.1:" + lb.port() + "/";
            for (String header : List.of("Connection: keep-alive", "Connection: close")) {
                String report = Program.run("wrk", "-t1", "-c32", "-d2s", "-H", header, url);
                assertThat(report)
                        .contains("requests in")
                        .doesNotContain("Socket errors")
                        .doesNotContain("Non-2xx");
            }
        }
    }

    @Test
    @DisplayName("curl over TLS, passed through")
    void tlsPasses() throws Exception {
        need("nginx", "curl", "openssl");
        Path key = folder.resolve("key.pem");
        Path certificate = folder.resolve("certificate.pem");
        assertThat(
                        Program.run(
                                "openssl",
                                "req",
                                "-x509",
                                "-newkey",
                                "rsa:2048",
                                "-nodes",
                                "-days",
                                "1",
                                "-subj",
                                "/CN=localhost",
                                "-addext",
                                "subjectAltName=DNS:localhost,IP:127.0.0.1",
                                "-keyout",
                                key.toString(),
                                "-out",
                                certificate.toString()))
                .isNotNull();
        int port = FreePort.next();
        try (Program nginx =
                        nginx(
                                port,
                                "ssl_certificate "
                                        + certificate
                                        + "; ssl_certificate_key "
                                        + key
                                        + ";");
                LoadBalancer lb = over(port).start()) {
            awaitListening(nginx, port);
            assertThat(
                            Program.run(
                                    "curl",
                                    "-sS",
                                    "--noproxy",
                                    "*",
                                    "--cacert",
                                    certificate.toString(),
                                    "https://127.0.0.1:" + lb.port() + "/"))
                    .isEqualTo("hello from nginx");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"upload", "download"})
    @DisplayName("iperf3 in both directions")
    void iperfIsServed(String direction) throws Exception {
        need("iperf3");
        int port = FreePort.next();
        try (Program server =
                        Program.start(
                                "iperf3",
                                "-s",
                                "-B",
                                "127.0.0.1",
                                "-p",
                                Integer.toString(port),
                                "--forceflush");
                LoadBalancer lb = over(port).start()) {
            Await.until(
                    "iperf3 listens: " + server,
                    () -> server.output().contains("Server listening"));
            List<String> command =
                    new ArrayList<>(
                            List.of(
                                    "iperf3",
                                    "-c",
                                    "127.0.0.1",
                                    "-p",
                                    Integer.toString(lb.port()),
                                    "-n",
                                    "256M",
                                    "-P",
                                    "2"));
            if (direction.equals("download")) {
                command.add("-R");
            }
            assertThat(Program.run(command)).contains("iperf Done");
            Await.equal(0, () -> lb.stats().active());
            long bytes =
                    lb.stats().backends().stream()
                            .mapToLong(
                                    b ->
                                            direction.equals("upload")
                                                    ? b.bytesSent()
                                                    : b.bytesReceived())
                            .sum();
            // The iperf3 server ends the test with bytes unread: what all sockets between hold.
            assertThat(bytes).isGreaterThan(100L << 20);
        }
    }

    @Test
    @DisplayName("psql over PostgreSQL on a unix-domain socket")
    void postgresIsServed() throws Exception {
        need("initdb", "postgres", "psql");
        List<String> asUser = asUserForPostgres();
        Path data = folder.resolve("data");
        Files.createDirectory(data);
        if (!asUser.isEmpty()) {
            letEverybodyPass(folder);
            assertThat(Program.run("chown", "postgres", data.toString(), folder.toString()))
                    .isEmpty();
        }
        List<String> initdb = new ArrayList<>(asUser);
        initdb.addAll(
                List.of("initdb", "-D", data.toString(), "-A", "trust", "-U", "tester", "-N"));
        assertThat(Program.run(initdb)).contains("Success");
        List<String> postgres = new ArrayList<>(asUser);
        postgres.addAll(
                List.of(
                        "postgres",
                        "-D",
                        data.toString(),
                        "-c",
                        "listen_addresses=",
                        "-k",
                        folder.toString(),
                        "-F"));
        Path socket = folder.resolve(".s.PGSQL.5432");
        try (Program server = Program.start(postgres);
                LoadBalancer lb =
                        Unchecked.builder()
                                .listen("127.0.0.1", 0)
                                .backend(UnixDomainSocketAddress.of(socket), 1)
                                .start()) {
            Await.until(
                    "PostgreSQL is ready: " + server,
                    () -> server.output().contains("ready to accept connections"));
            for (int i = 0; i < 3; i++) {
                assertThat(
                                Program.run(
                                        "psql",
                                        "-h",
                                        "127.0.0.1",
                                        "-p",
                                        Integer.toString(lb.port()),
                                        "-U",
                                        "tester",
                                        "-d",
                                        "postgres",
                                        "-tA",
                                        "-c",
                                        "select sum(n), md5(string_agg(n::text, ',')) from"
                                                + " generate_series(1, 200000) n"))
                        .startsWith("20000100000|");
            }
        }
    }

    /** PostgreSQL does not run as root. */
    private static List<String> asUserForPostgres() throws Exception {
        if (!System.getProperty("user.name").equals("root")) {
            return List.of();
        }
        need("setpriv", "chown");
        boolean known = Files.readString(Path.of("/etc/passwd")).contains("\npostgres:");
        skipUnless(known, "there is no user postgres to run PostgreSQL as");
        return List.of(
                "setpriv",
                "--reuid=postgres",
                "--regid=postgres",
                "--clear-groups",
                "--inh-caps=-all");
    }

    private static void letEverybodyPass(Path folder) throws IOException {
        Path ignored =
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(ignored).isEqualTo(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connection: keep-alive", "Connection: close"})
    @DisplayName("SIGTERM under wrk: no request in flight fails, exit code 0")
    void sigtermUnderLoadFailsNothing(String header) throws Exception {
        need("nginx", "wrk");
        int port = FreePort.next();
        boolean keepAlive = header.endsWith("keep-alive");
        try (Program nginx = nginx(port, "");
                JavaProgram lb = LbProcess.start("0", "127.0.0.1:" + port, "-t", "2")) {
            awaitListening(nginx, port);
            int lbPort = lb.port();
            try (Program wrk =
                    Program.start(
                            "wrk",
                            "-t1",
                            "-c32",
                            "-d4s",
                            "-H",
                            header,
                            "http://127.0.0.1:" + lbPort + "/")) {
                Await.until("requests are logged", () -> requests() > 1000);
                lb.signal("TERM");
                assertThat(wrk.awaitExit()).isZero();
                assertThat(lb.awaitExit()).as("%s", lb).isZero();
                assertThat(wrk.output()).doesNotContain("Non-2xx");
                if (keepAlive) {
                    assertThat(wrk.output()).doesNotContain("Socket errors");
                } else {
                    // wrk counts the connects that are refused from now on as write errors; but
                    // no request that was sent may go unanswered.
                    Matcher errors =
                            Pattern.compile("read (\\d+), write \\d+, timeout (\\d+)")
                                    .matcher(wrk.output());
                    if (errors.find()) {
                        assertThat(errors.group(1)).as("read").isEqualTo("0");
                        assertThat(errors.group(2)).as("timeout").isEqualTo("0");
                    }
                }
            }
        }
    }

    private long requests() throws IOException {
        Path log = folder.resolve("requests.log");
        return Files.exists(log) ? Files.size(log) / "200\n".length() : 0;
    }

    private Program nginx(int port, String tls) throws IOException {
        Path root = folder.resolve("nginx");
        Files.createDirectories(root);
        Path config = root.resolve("nginx.conf");
        Files.writeString(
                config,
                """
                daemon off;
                worker_processes 1;
                pid %1$s/nginx.pid;
                error_log stderr;
                events { worker_connections 512; }
                http {
                    log_format status '$status';
                    access_log %2$s/requests.log status;
                    client_body_temp_path %1$s;
                    proxy_temp_path %1$s;
                    fastcgi_temp_path %1$s;
                    uwsgi_temp_path %1$s;
                    scgi_temp_path %1$s;
                    keepalive_requests 100000000;
                    server {
                        listen 127.0.0.1:%3$d %4$s backlog=4096;
                        %5$s
                        location / { return 200 "hello from nginx"; }
                    }
                }
                """
                        .formatted(root, folder, port, tls.isEmpty() ? "" : "ssl", tls));
        return Program.start(
                Program.find("nginx").toString(), "-p", root.toString(), "-c", config.toString());
    }

    private static void awaitListening(Program program, int port) throws Exception {
        Await.until(
                "it listens: " + program,
                () -> {
                    assertThat(program.isAlive()).as("%s", program).isTrue();
                    try (Peer probe = Peer.connect(port)) {
                        return probe.localPort() > 0;
                    } catch (IOException e) {
                        return false;
                    }
                });
    }

    private static LoadBalancerBuilder over(int port) {
        return Unchecked.builder().listen("127.0.0.1", 0).backend("127.0.0.1", port);
    }

    private static void need(String... programs) {
        for (String program : programs) {
            skipUnless(Program.find(program) != null, program + " is not on the PATH");
        }
    }

    private static void skipUnless(boolean there, String why) {
        if (!there) {
            System.out.println("RealProgramsTest: skipped, because " + why);
        }
        assumeTrue(there, why);
    }
}
