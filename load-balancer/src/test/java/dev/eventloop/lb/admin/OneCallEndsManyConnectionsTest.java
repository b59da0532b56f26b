package dev.eventloop.lb.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.lb.CloseReason;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.fixture.Unchecked;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One call closes the connections of a frontend, pool, backend or source, and no others. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class OneCallEndsManyConnectionsTest {
    /** More than a batch for each of two workers. */
    private static final int MANY = 300;

    private final List<Peer> peers = new ArrayList<>();
    private EchoServer echo;
    private LoadBalancer loadBalancer;
    private AdminServer admin;

    @BeforeEach
    void start() throws IOException {
        echo = EchoServer.start();
        loadBalancer =
                Unchecked.builder()
                        .frontend("one", f -> f.listen("127.0.0.1", 0).acceptProxyProtocol(true))
                        .frontend("two", f -> f.listen("127.0.0.1", 0))
                        .pool("one", p -> p.backend("127.0.0.1", echo.port()))
                        .pool("two", p -> p.backend("127.0.0.1", echo.port()))
                        .threads(2)
                        .start();
        InetAddress host = InetAddress.getLoopbackAddress();
        admin = AdminServer.start(loadBalancer, new InetSocketAddress(host, 0), null);
    }

    @AfterEach
    void stop() throws IOException {
        for (Peer peer : peers) {
            peer.close();
        }
        admin.close();
        loadBalancer.close();
        echo.close();
    }

    private Peer connect(int frontend, String source) throws IOException {
        InetSocketAddress address =
                loadBalancer.stats().frontends().get(frontend).addresses().get(0);
        Peer peer = Peer.connect(address.getPort());
        peers.add(peer);
        if (frontend == 0) {
            peer.send("PROXY TCP4 " + source + " 192.0.2.1 1000 80\r\n");
        }
        assertThat(peer.send("x").readText(1)).isEqualTo("x");
        return peer;
    }

    private Call.Response delete(String query) throws IOException {
        return Call.of(admin, "DELETE", "/api/v1/connections" + query).send();
    }

    @ParameterizedTest
    @CsvSource({
        "frontend=one, 3",
        "pool=two, 1",
        "backend=B, 4",
        "pool=one&backend=B, 3",
        "source=198.51.100.1, 1",
        "source=198.51.100.0/24, 2",
        "pool=one&source=203.0.113.0/24, 1",
        "pool=two&source=203.0.113.0/24, 0",
        "source=127.0.0.1, 1"
    })
    @DisplayName("those that match all filters are closed; the others go on")
    void matchingOnesEnd(String query, int count) throws Exception {
        connect(0, "198.51.100.1");
        connect(0, "198.51.100.2");
        connect(0, "203.0.113.9");
        connect(1, null);
        Call.Response response = delete("?" + query.replace("B", "127.0.0.1:" + echo.port()));
        assertThat(response.status()).as("%s", response).isEqualTo(200);
        assertThat(response.json().get("closed").intValue()).isEqualTo(count);
        Await.equal(4 - count, () -> loadBalancer.stats().active());
        assertThat(loadBalancer.stats().closes())
                .isEqualTo(count == 0 ? Map.of() : Map.of(CloseReason.KILLED, (long) count));
        int open = 0;
        for (Peer peer : peers) {
            open += isAnswered(peer) ? 1 : 0;
        }
        assertThat(open).isEqualTo(4 - count);
    }

    private static boolean isAnswered(Peer peer) {
        try {
            return peer.send("y").readText(1).equals("y");
        } catch (IOException | AssertionError e) {
            return false;
        }
    }

    @Test
    @DisplayName("more than a turn of a loop closes are all closed, and counted")
    void manyEnd() throws Exception {
        for (int i = 0; i < MANY; i++) {
            connect(1, null);
        }
        assertThat(delete("?pool=two").json().get("closed").intValue()).isEqualTo(MANY);
        for (Peer peer : peers) {
            assertThat(peer.readToEnd()).isEmpty();
        }
        Await.equal(Map.of(CloseReason.KILLED, (long) MANY), () -> loadBalancer.stats().closes());
        assertThat(loadBalancer.stats().backends()).allMatch(b -> b.active() == 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                | 400 | does not say which connections to close",
                "?id=1             | 400 | frontend=..., pool=..., backend=..., source=...",
                "?source=           | 400 | is not an IPv4 or IPv6 address",
                "?source=10.0.0.1/8 | 400 | write 10.0.0.0/8",
                "?pool=three       | 404 | there is no pool \"three\"; there are one, two",
                "?backend=b        | 404 | there is no backend \"b\"",
                "?frontend=web     | 404 | there is no frontend \"web\""
            })
    @DisplayName("a query that is wrong, or names nothing that exists, closes nothing")
    void wrongQueriesAreExplained(String query, int status, String sentence) throws Exception {
        Peer peer = connect(1, null);
        Call.Response response = delete(query);
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.error()).contains(sentence);
        assertThat(isAnswered(peer)).isTrue();
    }
}
