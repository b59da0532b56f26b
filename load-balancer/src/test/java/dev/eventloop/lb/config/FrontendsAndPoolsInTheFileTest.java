package dev.eventloop.lb.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several frontends and pools in one file: every mistake has a place and a sentence. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class FrontendsAndPoolsInTheFileTest {
    private static final String POOLS = "pools: {a: {backends: [127.0.0.1:9001]}}\n";
    private static final String FRONTENDS = "frontends: {f: {bind: 127.0.0.1:8080, pool: a}}\n";

    @TempDir private Path folder;
    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("lb.yaml");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    web                                          | 2:5  | frontend f is a single value; write its settings below it
                    ~                                            | 2:5  | frontend f has no settings
                    [1]                                          | 2:5  | frontend f is a list
                    {pool: a}                                    | 2:2  | frontend f has no address to listen on; write for example bind: 0.0.0.0:8080
                    {bind: [], pool: a}                          | 2:2  | frontend f has no address to listen on
                    {bind: 8080, pool: a}                        | 2:12 | bind "8080" is no address; write HOST:PORT or [IPV6]:PORT
                    {bind: 0.0.0.0:65536, pool: a}               | 2:12 | bind "0.0.0.0:65536" is no address
                    {bind: "0.0.0.0:8010-8000", pool: a}         | 2:12 | bind "0.0.0.0:8010-8000" is no range of ports; write the first and the last one
                    {bind: "0.0.0.0:0-5", pool: a}               | 2:12 | is no range of ports
                    {bind: "0.0.0.0:1-1025", pool: a}            | 2:12 | at most 1024 in all, such as 0.0.0.0:8000-8010
                    {bind: "0.0.0.0:65535-65536", pool: a}       | 2:12 | is no range of ports
                    {bind: "8000-8010", pool: a}                 | 2:12 | bind "8000-8010" is no address; write HOST:PORT
                    {bind: "0.0.0.0:8000-", pool: a}             | 2:12 | is no address
                    {bind: ["[::1]:1-3", "[::1]:2"], pool: a}    | 2:26 | frontend f listens on [::1]:2 twice
                    {bind: "", pool: a}                          | 2:12 | bind "" is no address
                    {bind: {a: b}, pool: a}                      | 2:12 | bind is a mapping of keys; write a single value
                    {bind: ["[::1]:1", "[::1]:1"], pool: a}      | 2:24 | frontend f listens on [::1]:1 twice; leave out one
                    {bind: ["0.0.0.0:1", "127.0.0.1:1"], pool: a} | 2:26 | 127.0.0.1:1, which is part of 0.0.0.0:1
                    {bind: ["[::1]:1", "[::]:1"], pool: a}       | 2:24 | [::]:1, which includes [::1]:1
                    {bind: 127.0.0.1:1}                          | 2:2  | frontend f has neither a pool nor routes, and there is no pool f; write pool: NAME
                    {bind: 127.0.0.1:1, pool: b}                 | 2:31 | frontend f sends clients to pool b, which does not exist; did you mean a?
                    {bind: 127.0.0.1:1, pool: elsewhere}         | 2:31 | pool elsewhere, which does not exist; there are a
                    {bind: 127.0.0.1:1, pool: ~}                 | 2:31 | pool has no value
                    {bind: 127.0.0.1:1, pool: [a]}               | 2:31 | pool is a list
                    {bind: 127.0.0.1:1, pool: a, routes: a}      | 2:42 | routes is a single value; write a list
                    {bind: 127.0.0.1:1, pool: a, routes: [a]}    | 2:43 | a route is a single value; write its parts
                    {bind: 127.0.0.1:1, routes: [{pool: a}]}     | 2:34 | the route to a has neither a server name nor an ALPN protocol
                    {bind: 127.0.0.1:1, routes: [{sni: a.b}]}    | 2:34 | this route has no pool; write pool: NAME
                    {bind: 127.0.0.1:1, routes: [{sni: a.b, pool: x}]} | 2:51 | pool x, which does not exist; did you mean a?
                    {bind: 127.0.0.1:1, routes: [{sni: "*", pool: a}]} | 2:40 | for all names, leave it out or set a default pool
                    {bind: 127.0.0.1:1, routes: [{sni: "a*.b", pool: a}]} | 2:40 | only the whole first part may be *
                    {bind: 127.0.0.1:1, routes: [{sni: "", pool: a}]} | 2:40 | the server name
                    {bind: 127.0.0.1:1, routes: [{alpn: "", pool: a}]} | 2:41 | the ALPN protocol "" of the route to a is empty
                    {bind: 127.0.0.1:1, routes: [{sin: a.b, pool: a}]} | 2:35 | "sin" is no setting; there are sni, alpn, pool
                    {bind: 127.0.0.1:1, routes: [{sni: [a.b], pool: a}]} | 2:40 | sni is a list
                    {bind: 127.0.0.1:1, pool: a, retries: 1}     | 2:34 | retries belongs to a pool; write it below pools: NAME: or at the top level
                    {bind: 127.0.0.1:1, pool: a, retrys: 1}      | 2:34 | "retrys" is no setting of a frontend; did you mean retries? It belongs to a pool
                    {bind: 127.0.0.1:1, pool: a, threads: 1}     | 2:34 | threads belongs to the process; write it at the top level
                    {bind: 127.0.0.1:1, pool: a, backends: []}   | 2:34 | backends belongs to a pool; write it below pools: NAME:
                    {bind: 127.0.0.1:1, pool: a, port: 1}        | 2:34 | port belongs to the top level; a frontend has it in bind: ADDRESS:PORT
                    {bind: 127.0.0.1:1, pool: a, aloow: 10.0.0.1} | 2:34 | "aloow" is no setting of a frontend; did you mean allow?
                    {bind: 127.0.0.1:1, pool: a, quux: 1}        | 2:34 | "quux" is no setting of a frontend; there are bind, routes, pool, accept
                    {bind: 127.0.0.1:1, pool: a, bind: 127.0.0.1:2} | 2:34 | bind is given twice, first in line 2
                    {bind: 127.0.0.1:1, pool: a, idle-timeout: 9} | 2:48 | idle-timeout "9" is not a duration
                    {bind: 127.0.0.1:1, pool: a, allow: "::1", deny: "::1"} | 2:54 | deny has ::1/128, which is allowed as well
                    {bind: 127.0.0.1:9001, pool: a}              | 3:24 | backend 127.0.0.1:9001 is the load balancer itself, whose frontend f listens on 127.0.0.1:9001
                    """)
    @DisplayName("a frontend with a mistake")
    void wrongFrontend(String frontend, String at, String why) throws Exception {
        assertThat(mistakes("frontends:\n f: " + frontend + "\n" + POOLS))
                .singleElement(InstanceOfAssertFactories.STRING)
                .contains(why)
                .startsWith(file + ":" + at + ": ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    x                                            | 3:5  | pool a is a single value; write its settings below it
                    {}                                           | 3:2  | pool a has no backends; write backends:, and below it for example - 127.0.0.1:9001
                    {backends: []}                               | 3:2  | pool a has no backends
                    {backends: x}                                | 3:16 | backends is a single value; write a list
                    {backends: [x]}                              | 3:17 | the port is missing
                    {backends: ["127.0.0.1:1,backup"]}           | 3:17 | every backend is a backup
                    {backends: [127.0.0.1:1, 127.0.0.1:1]}       | 3:30 | backend 127.0.0.1:1 is given twice
                    {backends: [127.0.0.1:1], retries: x}        | 3:40 | retries "x" is not a whole number
                    {backends: [127.0.0.1:1], idle-timeout: 1s}  | 3:31 | idle-timeout belongs to a frontend; write it below frontends: NAME: or at the top level
                    {backends: [127.0.0.1:1], bind: 127.0.0.1:1} | 3:31 | bind belongs to a frontend; write it below frontends: NAME:
                    {backends: [127.0.0.1:1], admin: off}        | 3:31 | admin belongs to the process; write it at the top level
                    {backends: [127.0.0.1:1], algoritm: rr}      | 3:31 | "algoritm" is no setting of a pool; did you mean algorithm?
                    {backends: [localhost:8080]}                 | 3:17 | is the load balancer itself
                    """)
    @DisplayName("a pool with a mistake")
    void wrongPool(String pool, String at, String why) throws Exception {
        assertThat(mistakes(FRONTENDS + "pools:\n a: " + pool + "\n"))
                .singleElement(InstanceOfAssertFactories.STRING)
                .startsWith(file + ":" + at + ": ")
                .contains(why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    frontends: [f]                                   | 2:12 | frontends is a list; write the NAME: of each frontend
                    frontends: {"f f": {bind: 127.0.0.1:1, pool: a}} | 2:13 | the name of the frontend "f f" must be 1 to 64 letters
                    frontends: {f: {bind: 127.0.0.1:1, pool: a}, f: {}} | 2:46 | f is given twice, first in line 2
                    frontends: {f: {bind: 127.0.0.1:1, pool: a}, g: {bind: 127.0.0.1:1, pool: a}} | 2:56 | frontend g listens on 127.0.0.1:1, as does frontend f; give each an address of its own
                    frontends: {f: {bind: 0.0.0.0:1, pool: a}, g: {bind: 127.0.0.1:1, pool: a}} | 2:54 | frontend g listens on 127.0.0.1:1, which is part of 0.0.0.0:1 of frontend f
                    frontends: {f: {bind: "[::]:1", pool: a}, g: {bind: 127.0.0.1:1, pool: a}} | 2:53 | 127.0.0.1:1, which is part of [::]:1 of frontend f
                    frontends: {f: {bind: "[::1]:1", pool: a}, g: {bind: "[0::1]:1", pool: a}} | 2:54 | as does frontend f
                    frontends: {f: {bind: 127.0.0.1:1, pool: a}}\\nbind: 10.0.0.1 | 3:7 | bind is the address of the default frontend, which has no port
                    frontends: {f: {bind: 127.0.0.1:1, pool: a}}\\nadmin: 127.0.0.1:1 | 3:8 | admin 127.0.0.1:1 has the port that clients connect to, since frontend f listens on 127.0.0.1:1
                    frontends: {f: {bind: 0.0.0.0:1, pool: a}}\\nadmin: 127.0.0.1:1 | 3:8 | since frontend f listens on 0.0.0.0:1
                    frontends: {f: {bind: 127.0.0.1:1, pool: a}}\\nroutes: [] | 3:1 | routes belongs to a frontend; write it below frontends: NAME:
                    frontends: {f: {bind: 127.0.0.1:1, pool: a}}\\npool: a | 3:1 | pool belongs to a frontend
                    frontends: {f: {bind: 127.0.0.1:1, pool: a}}\\ndemo: true | 2:13 | demo brings its own frontend; leave out frontends
                    frontends: {default: {bind: 127.0.0.1:1, pool: a}}\\nport: 2\\nbackends: [127.0.0.1:3] | 2:13 | frontend default has its port at the top level
                    port: 1\\nfrontends: {f: {bind: 0.0.0.0:1, pool: a}}\\nbackends: [127.0.0.1:3] | 3:23 | as does frontend default
                    frontend: {f: {bind: 127.0.0.1:1, pool: a}}\\nport: 2\\nbackends: [127.0.0.1:3] | 2:1 | "frontend" is no setting; did you mean frontends?
                    """)
    @DisplayName("frontends that contradict each other, or the top level")
    void contradictions(String text, String at, String why) throws Exception {
        assertThat(mistakes(POOLS + text.replace("\\n", "\n") + "\n"))
                .filteredOn(mistake -> mistake.startsWith(file + ":" + at + ": "))
                .singleElement(InstanceOfAssertFactories.STRING)
                .contains(why);
    }

    @Test
    @DisplayName("a pool called default beside backends at the top level")
    void twoDefaultPools() throws Exception {
        assertThat(
                        mistakes(
                                """
                                port: 1
                                backends: [127.0.0.1:2]
                                pools: {default: {backends: [127.0.0.1:3]}}
                                """))
                .containsExactly(
                        file
                                + ":3:9: pool default has its backends at the top level; write them in"
                                + " one of the two places");
    }

    @Test
    @DisplayName("two routes for the same clients")
    void sameRouteTwice() throws Exception {
        assertThat(
                        mistakes(
                                """
                                frontends:
                                  f:
                                    bind: 127.0.0.1:1
                                    routes:
                                      - {sni: a.example.org, pool: a}
                                      - {sni: a.example.org, alpn: h2, pool: a}
                                      - {sni: A.Example.Org., pool: a}
                                """
                                        + POOLS))
                .containsExactly(
                        file
                                + ":7:9: there are two routes for a.example.org; leave one of them"
                                + " out");
    }

    @Test
    @DisplayName("mistakes in several entries are reported together, by line")
    void allAtOnce() throws Exception {
        assertThat(
                        mistakes(
                                """
                                frontends:
                                  f:
                                    bind: [127.0.0.1:1, nowhere]
                                    pool: b
                                  g:
                                    retries: 1
                                    routes:
                                      - {sni: "*.*", pool: c}
                                pools:
                                  a:
                                    backends: [x]
                                    idle-timeout: 1s
                                """))
                .extracting(mistake -> mistake.substring(file.toString().length()))
                .extracting(mistake -> mistake.substring(0, mistake.indexOf(' ')))
                .containsExactly(
                        ":3:25:", ":4:11:", ":5:3:", ":6:5:", ":8:15:", ":8:28:", ":11:16:",
                        ":12:5:");
    }

    @Test
    @DisplayName("a pool that no frontend uses is a warning, with its place")
    void unusedPool() throws Exception {
        Configuration configuration =
                read(
                        FRONTENDS
                                + "pools:\n  a: {backends: [127.0.0.1:1]}\n  b: {backends: [127.0.0.1:2]}\n");
        assertThat(configuration.warnings())
                .containsExactly(
                        file
                                + ":4:3: no frontend sends clients to pool b; name it in a frontend,"
                                + " or leave it out");
        assertThat(read("port: 1\nbackends: [127.0.0.1:2]\n").warnings()).isEmpty();
    }

    @Test
    @DisplayName("PROXY headers that everybody may send, beside rules about addresses: a warning")
    void warningsAboutProxyHeaders() throws Exception {
        String accepting = "port: 1\nbackends: [127.0.0.1:2]\naccept-proxy-protocol: true\n";
        for (String rule :
                List.of(
                        "allow: 10.0.0.0/8",
                        "deny: 10.0.0.0/8",
                        "max-conns-per-source: 2",
                        "max-rate-per-source: 2/1s")) {
            assertThat(read(accepting + rule + "\n").warnings())
                    .singleElement()
                    .asString()
                    .contains(
                            "frontend default believes the PROXY header of every client, which can"
                                    + " evade "
                                    + rule.substring(0, rule.indexOf(':'))
                                    + " by another address in it; give proxy-protocol-from with");
            String from = accepting + rule + "\nproxy-protocol-from: 10.0.0.5\n";
            assertThat(read(from).warnings()).isEmpty();
        }
        assertThat(read(accepting).warnings()).isEmpty();
        assertThat(
                        read("port: 1\nbackends: [127.0.0.1:2]\nproxy-protocol-from: 10.0.0.5\n")
                                .warnings())
                .singleElement()
                .asString()
                .contains(":3:", "proxy-protocol-from has no effect without accept-proxy-protocol");
    }

    @Test
    @DisplayName("an IPv4 address beside [::] leaves the other IPv4 addresses of the port free")
    void v6Only() throws Exception {
        Configuration configuration =
                read(
                        """
                        frontends:
                          a: {bind: ["[::]:8081", "127.0.0.1:8081"]}
                          b: {bind: 127.0.0.2:8081, pool: a}
                        admin: 127.0.0.3:8081
                        """
                                + POOLS);
        assertThat(configuration.frontendNames()).containsExactly("a", "b");
        configuration.builder().check();
    }

    @Test
    @DisplayName("the short form beside frontends and pools; a frontend uses the pool of its name")
    void shorthandBesideOthers() throws Exception {
        Configuration configuration =
                read(
                        """
                        port: 8080
                        backends: [127.0.0.1:9001]
                        frontends:
                          a: {bind: ["127.0.0.1:8081", "[::1]:8081"]}
                          b: {bind: 127.0.0.1:8082, pool: default}
                        """
                                + POOLS);
        assertThat(configuration.frontendNames()).containsExactly("default", "a", "b");
        assertThat(configuration.poolNames()).containsExactly("default", "a");
        assertThat(RoutingSummary.of(configuration))
                .containsExactly(
                        "Frontend default listens on 0.0.0.0:8080:",
                        "  all clients to pool default",
                        "Frontend a listens on 127.0.0.1:8081, [::1]:8081:",
                        "  all clients to pool a",
                        "Frontend b listens on 127.0.0.1:8082:",
                        "  all clients to pool default");
        configuration.builder().check();
    }

    @Test
    @DisplayName("what needs a restart is not reported as changed")
    void fixedSettingsDoNotChange() throws Exception {
        String file = "threads: 1\n%s%sfrontends: {f: {bind: 127.0.0.1:%d, pool: a%s}}\n" + POOLS;
        Configuration before = read(file.formatted("", "", 1, ""));
        Configuration after =
                read(
                        file.formatted(
                                        "pin: true\nadmin: 127.0.0.1:9\nstall-warning: 9s\n",
                                        "access-log: x.log\ndrain-timeout: 1s\n",
                                        2,
                                        ", max-clients: 1, accept: exclusive, idle-timeout: 1s")
                                .replace("threads: 1", "threads: 2"));
        assertThat(Changes.between(before, after))
                .containsExactly(
                        "drain-timeout is 1s now, no longer 30s",
                        "frontend f: idle-timeout is 1s now, no longer 60s");
        assertThat(
                        Changes.between(
                                read("port: 1\nbackends: [127.0.0.1:2]\n"),
                                read("port: 3\nbind: 127.0.0.1\nbackends: [127.0.0.1:2]\n")))
                .isEmpty();
    }

    @Test
    @DisplayName("a range of ports is an address with each of them")
    void rangeOfPorts() throws Exception {
        try (EchoServer server = EchoServer.start()) {
            int first = freePorts(3);
            String bind = "bind: \"127.0.0.1:" + first + "-" + (first + 2) + "\"";
            String pools = "pools: {a: {backends: [127.0.0.1:" + server.port() + "]}}\n";
            Configuration range = read("frontends: {a: {" + bind + "}}\n" + pools);
            try (LoadBalancer lb = range.builder().threads(2).start()) {
                for (int port = first; port < first + 3; port++) {
                    try (Peer client = Peer.connect(port)) {
                        assertThat(client.send("x").finish().readTextToEnd()).isEqualTo("x");
                    }
                }
                assertThat(lb.stats().frontends().get(0).addresses()).hasSize(3);
            }
            assertThat(EffectiveYaml.of(read(EffectiveYaml.of(range))))
                    .contains("127.0.0.1:" + (first + 2))
                    .isEqualTo(EffectiveYaml.of(range));
        }
    }

    /** The first of several neighbouring ports that nobody has now. */
    private static int freePorts(int count) throws IOException {
        for (int first = 20_000; first < 30_000; first += count) {
            int free = 0;
            while (free < count && isFree(first + free)) {
                free++;
            }
            if (free == count) {
                return first;
            }
        }
        throw new IOException("there are no " + count + " neighbouring ports free");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    @DisplayName("a port and the pool default below pools:")
    void defaultPoolByName() throws Exception {
        Configuration configuration =
                read("port: 8080\npools: {default: {retries: 7, backends: [127.0.0.1:1]}}\n");
        assertThat(configuration.isShorthand()).isFalse();
        assertThat(EffectiveYaml.of(configuration))
                .contains("  default:\n    bind: [\"0.0.0.0:8080\"]");
        assertThat(configuration.builder().firstPicks(LoadBalancerBuilder.DEFAULT, 1))
                .containsExactly("127.0.0.1:1");
    }

    private Configuration read(String yaml) throws IOException, BadConfigurationException {
        Files.writeString(file, yaml);
        return Configuration.read(file.toString(), new Draft());
    }

    private List<String> mistakes(String yaml) throws IOException {
        Files.writeString(file, yaml);
        BadConfigurationException[] thrown = new BadConfigurationException[1];
        assertThatThrownBy(() -> Configuration.read(file.toString(), new Draft()))
                .isInstanceOfSatisfying(BadConfigurationException.class, e -> thrown[0] = e);
        return thrown[0].mistakes();
    }
}
