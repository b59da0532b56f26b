package dev.eventloop.lb.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.OtherSource;
import dev.eventloop.fixture.Peer;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.fixture.LbProcess;
import dev.eventloop.lb.fixture.Unchecked;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whoever can connect to the admin port and has no token stops neither its probes nor the traffic.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class StrangersStopNeitherProbesNorClientsTest {
    private static final int STRANGERS = 400;
    private static final String HALF = "GET /healthz HTTP/1.1\r\nHost: 127.0.";

    private final List<Peer> held = new ArrayList<>();
    private NamedServer server;
    private LoadBalancer loadBalancer;
    private AdminServer admin;

    @BeforeEach
    void start() throws IOException {
        server = NamedServer.start("S");
        loadBalancer =
                Unchecked.builder()
                        .listen("127.0.0.1", 0)
                        .threads(1)
                        .backend("127.0.0.1", server.port())
                        .start();
        admin =
                AdminServer.start(
                        loadBalancer,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        null);
    }

    @AfterEach
    void stop() throws IOException {
        for (Peer peer : held) {
            peer.close();
        }
        admin.close();
        loadBalancer.close();
        server.close();
    }

    private void hold(int count, int port, String bytes) throws IOException {
        for (int i = 0; i < count; i++) {
            held.add(Peer.connect(port).send(bytes));
        }
    }

    @Test
    @DisplayName("400 clients hold half a request, and come back: each probe is answered")
    void halfRequests() throws Exception {
        hold(STRANGERS, admin.port(), HALF);
        AtomicBoolean over = new AtomicBoolean();
        Thread returning =
                new Thread(
                        () -> {
                            while (!over.get()) {
                                try (Peer peer = Peer.connect(admin.port()).send(HALF)) {
                                    peer.finish();
                                } catch (IOException e) {
                                    // it was cut off
                                }
                            }
                        });
        returning.start();
        try {
            for (String probe : List.of("/healthz", "/readyz", "/healthz", "/readyz")) {
                assertThat(Call.get(admin, probe).send().status()).isEqualTo(200);
            }
        } finally {
            over.set(true);
            returning.join();
        }
    }

    @Test
    @DisplayName("slow answers keep all other threads: each probe is answered")
    void slowAnswers() throws Exception {
        String slow =
                Call.of(admin, "POST", "/api/v1/backends")
                        .header("Connection", "keep-alive")
                        .header("Content-Length", "20")
                        .head();
        hold(STRANGERS, admin.port(), slow + "{\"address\":");
        assertThat(Call.get(admin, "/healthz").send().status()).isEqualTo(200);
    }

    @Test
    @DisplayName("a flood from one address closes its own connections, and no others")
    void floodFromOneAddress() throws Exception {
        InetAddress other = OtherSource.take(1);
        try (Peer regular = Peer.connectFrom(other, admin.port())) {
            String request = Call.get(admin, "/healthz").header("Connection", "keep-alive").head();
            assertThat(regular.send(request).readText(12)).isEqualTo("HTTP/1.1 200");
            hold(STRANGERS, admin.port(), HALF);
            assertThat(Call.get(admin, "/healthz").send().status()).isEqualTo(200);
            regular.send(request);
            assertThat(readMore(regular)).contains("HTTP/1.1 200");
        }
    }

    /** The rest of the first response, and the beginning of the second. */
    private static String readMore(Peer peer) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf("HTTP/1.1 200") < 0) {
            text.append(peer.readText(1));
        }
        return text.toString();
    }

    @Test
    @DisplayName("256 open files, 400 idle admin connections: clients are served, and a probe")
    void descriptors() throws Exception {
        int limit = 256;
        try (JavaProgram lb =
                LbProcess.startWithOpenFiles(
                        limit,
                        "0",
                        "127.0.0.1:" + server.port(),
                        "-t",
                        "1",
                        "--admin",
                        "127.0.0.1:0")) {
            int port = lb.port();
            int adminPort = adminPort(lb);
            hold(STRANGERS, adminPort, "");
            for (int i = 0; i < 4; i++) {
                assertThat(NamedServer.ask(port)).isEqualTo("S");
            }
            held.add(Peer.connect(adminPort).send("GET /healthz HTTP/1.0\r\n\r\n"));
            assertThat(held.get(STRANGERS).readText(12)).isEqualTo("HTTP/1.1 200");
            assertThat(lb.facts().openFiles()).isLessThan(limit / 2);
        }
    }

    private static int adminPort(JavaProgram lb) throws Exception {
        String announced = "Admin page: ";
        lb.awaitOut(announced);
        String line = lb.out().stream().filter(l -> l.startsWith(announced)).findFirst().get();
        return URI.create(line.substring(announced.length())).getPort();
    }
}
