package dev.eventloop.lb.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.fixture.FreePort;
import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.Program;
import dev.eventloop.lb.fixture.LbProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * docs/examples/two-services.yaml with the programs that it is for: curl and openssl, routed by
 * server name to nginx, and psql to PostgreSQL. Skipped where they are not installed.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class TwoServicesRunInOneProcessTest {
    private static final Path EXAMPLE = Path.of("../docs/examples/two-services.yaml");
    private static final Pattern PORT = Pattern.compile("(?<=127\\.0\\.0\\.1:)\\d+");
    private static final Map<String, String> NAMES =
            new TreeMap<>(
                    Map.of(
                            "api", "api.example.org",
                            "shop", "*.shop.example.org",
                            "site", "www.example.org"));

    @TempDir private Path folder;

    /** For each port of the example, the one that is used. */
    private final Map<Integer, Integer> ports = new HashMap<>();

    private Path file;

    /** The example as it stands if all of its ports are free, else a copy with other ports. */
    @BeforeEach
    void choosePorts() throws IOException {
        for (String program :
                List.of("nginx", "openssl", "curl", "initdb", "postgres", "psql", "setpriv")) {
            assumeTrue(Program.find(program) != null, program + " is not on the PATH");
        }
        String example = Files.readString(EXAMPLE);
        List<Integer> named =
                List.copyOf(
                        new TreeSet<>(
                                PORT.matcher(example)
                                        .results()
                                        .map(MatchResult::group)
                                        .map(Integer::valueOf)
                                        .toList()));
        boolean areFree = named.stream().allMatch(TwoServicesRunInOneProcessTest::isFree);
        for (int port : named) {
            ports.put(port, areFree ? port : FreePort.next());
        }
        file = areFree ? EXAMPLE : folder.resolve("two-services.yaml");
        if (!areFree) {
            Files.writeString(
                    file,
                    PORT.matcher(example)
                            .replaceAll(m -> ports.get(Integer.valueOf(m.group())).toString()));
        }
    }

    @Test
    @DisplayName("HTTPS by server name to two pools and a default one, and PostgreSQL")
    void bothServicesAreServed() throws Exception {
        Map<String, List<Integer>> sites =
                Map.of(
                        "api", List.of(ports.get(9001), ports.get(9002)),
                        "shop", List.of(ports.get(9003)),
                        "site", List.of(ports.get(9004), ports.get(9005)));
        Path nginx = Files.createDirectory(folder.resolve("nginx"));
        Path postgres = Files.createDirectory(folder.resolve("postgres"));
        letOthersPass(folder);
        try (TlsSites tls = TlsSites.start(nginx, NAMES, sites);
                Postgres db = Postgres.start(postgres, ports.get(5432));
                JavaProgram lb = LbProcess.start("--config", file.toString())) {
            assertThat(db).isNotNull();
            int web = ports.get(8443);
            int sql = ports.get(6432);
            lb.awaitOut(
                    "high_perf_lb listens on 127.0.0.1:%d (web), 127.0.0.1:%d (postgres); Event"
                                    .formatted(web, sql)
                            + " Backend: ");
            for (int i = 0; i < 4; i++) {
                assertThat(curl(tls, "api", "api.example.org")).startsWith("api ");
                assertThat(curl(tls, "shop", "a.shop.example.org")).startsWith("shop ");
                assertThat(curl(tls, "site", "www.example.org")).startsWith("site ");
            }
            assertThat(subject("-servername", "API.example.org")).contains("CN = api");
            assertThat(subject("-servername", "a.b.shop.example.org")).contains("CN = shop");
            assertThat(subject("-servername", "shop.example.org")).contains("CN = site");
            assertThat(subject("-noservername")).contains("CN = site");
            for (String noTls : List.of("GET / HTTP/1.0\r\n\r\n", "\u0000garbage\r\n\r\n")) {
                try (Peer client = Peer.connect(web)) {
                    assertThat(client.send(noTls).finish().readTextToEnd()).contains("400 Bad");
                }
            }
            assertThat(Postgres.query(sql, "select sum(n) from generate_series(1, 200000) n"))
                    .isEqualTo("20000100000");
            lb.signal("TERM");
            assertThat(lb.awaitExit()).as("%s", lb).isZero();
        }
    }

    private String curl(TlsSites tls, String site, String host) throws Exception {
        int port = ports.get(8443);
        return Program.run(
                "curl",
                "-sS",
                "--noproxy",
                "*",
                "--cacert",
                tls.certificate(site),
                "--resolve",
                host + ":" + port + ":127.0.0.1",
                "https://" + host + ":" + port + "/");
    }

    /** The subject of the certificate that the server of a client with these options has. */
    private String subject(String... options) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of("openssl", "s_client", "-connect", "127.0.0.1:" + ports.get(8443)));
        command.addAll(List.of(options));
        return Program.run(command)
                .lines()
                .filter(line -> line.startsWith("subject="))
                .map(line -> line.replaceAll(" ?= ?", " = "))
                .findFirst()
                .orElseThrow();
    }

    /** PostgreSQL runs as another user, below this folder. */
    private static void letOthersPass(Path folder) throws IOException {
        assertThat(folder.toFile().setExecutable(true, false)).isTrue();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
