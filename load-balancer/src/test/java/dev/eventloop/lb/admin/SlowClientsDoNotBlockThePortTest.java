package dev.eventloop.lb.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.fixture.Unchecked;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clients that send half a request, or nothing, or do not read, do not block other clients for
 * long.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class SlowClientsDoNotBlockThePortTest {
    private NamedServer server;
    private LoadBalancer loadBalancer;
    private AdminServer admin;
    private final List<Peer> clients = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        server = NamedServer.start("server");
        loadBalancer =
                Unchecked.builder()
                        .listen("127.0.0.1", 0)
                        .threads(1)
                        .backend("127.0.0.1", server.port())
                        .start();
        InetAddress host = InetAddress.getLoopbackAddress();
        admin = AdminServer.start(loadBalancer, new InetSocketAddress(host, 0), null);
    }

    @AfterEach
    void stop() throws IOException {
        for (Peer client : clients) {
            client.close();
        }
        admin.close();
        loadBalancer.close();
        server.close();
    }

    private void assertAnswers() throws IOException {
        assertThat(Call.get(admin, "/api/v1/stats").send().status()).isEqualTo(200);
    }

    @Test
    @DisplayName("clients that send half a head or half a body")
    void slowRequests() throws Exception {
        String head = Call.get(admin, "/metrics").head();
        String body =
                Call.of(admin, "POST", "/api/v1/backends").header("Content-Length", "100").head();
        for (int i = 0; i < 8; i++) {
            String part = i % 2 == 0 ? head.substring(0, head.length() / 2) : body + "{";
            clients.add(Peer.connect(admin.port()).send(part));
        }
        assertAnswers();
        for (Peer client : clients) { // the server ends each connection
            try {
                client.readToEnd();
            } catch (SocketException e) {
                assertThat(Peer.isReset(e)).as("%s", e).isTrue();
            }
        }
        assertAnswers();
    }

    @Test
    @DisplayName("more clients than may wait: the port answers after they left")
    void tooMany() throws Exception {
        String head = Call.get(admin, "/metrics").head();
        for (int i = 0; i < 400; i++) {
            clients.add(Peer.connect(admin.port()).send(head.substring(0, head.length() / 2)));
        }
        for (Peer client : clients) {
            client.close();
        }
        Await.until("it answers again", this::answers); // the queue may still be full
        assertAnswers();
    }

    private boolean answers() {
        try {
            return Call.get(admin, "/healthz").send().status() == 200;
        } catch (IOException | AssertionError e) {
            return false;
        }
    }

    @Test
    @DisplayName("clients that send nothing")
    void idleConnections() throws Exception {
        for (int i = 0; i < 300; i++) {
            clients.add(Peer.connect(admin.port()));
        }
        assertAnswers();
    }

    @Test
    @DisplayName("clients that do not read the response")
    void unreadAnswers() throws Exception {
        String request = Call.get(admin, "/uplot.js").header("Connection", "keep-alive").head();
        for (int i = 0; i < 8; i++) {
            // More than the socket buffers of both sides hold.
            clients.add(Peer.connectWithSmallWindow(admin.port()).send(request.repeat(200)));
        }
        assertAnswers();
        for (Peer client : clients) {
            client.sendUntilReset();
        }
        assertAnswers();
    }
}
