package dev.eventloop.lb.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.lb.BackendState;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.lb.PoolOptions;
import dev.eventloop.lb.fixture.Unchecked;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The dashboard shows every frontend and every pool by name, and changes the backend of the pool
 * whose button is pressed; names that nobody gave are not shown.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class DashboardShowsEveryPoolTest {
    private static final String HEADINGS =
            "[...document.querySelectorAll('h2')].filter(h => h.checkVisibility())"
                    + ".map(h => h.textContent).join('|')";

    private final List<EchoServer> servers = new ArrayList<>();
    private LoadBalancer loadBalancer;
    private AdminServer admin;
    private Browser browser;

    @BeforeEach
    void start() throws Exception {
        Path chromium = Browser.find();
        if (chromium == null) {
            System.out.println("DashboardShowsEveryPoolTest: skipped, chromium is not on the PATH");
        }
        assumeTrue(chromium != null, "chromium is not on the PATH");
        for (int i = 0; i < 3; i++) {
            servers.add(EchoServer.start());
        }
        browser = Browser.start(chromium);
    }

    @AfterEach
    void stop() throws IOException {
        if (browser != null) {
            browser.close();
            admin.close();
            loadBalancer.close();
        }
        for (EchoServer server : servers) {
            server.close();
        }
    }

    private void open(LoadBalancerBuilder builder) throws Exception {
        loadBalancer = builder.threads(1).start();
        InetAddress host = InetAddress.getLoopbackAddress();
        admin = AdminServer.start(loadBalancer, new InetSocketAddress(host, 0), null);
        browser.open("http://127.0.0.1:" + admin.port() + "/");
    }

    /** Two frontends; three pools that share their three backends. */
    private LoadBalancerBuilder several() {
        return Unchecked.builder()
                .frontend("public", f -> f.listen("127.0.0.1", 0).pool("web.eu"))
                .frontend("internal", f -> f.listen("127.0.0.1", 0).pool("api"))
                .frontend("internal", f -> f.route("batch.test", "batch"))
                .pool("web.eu", this::addServers)
                .pool("api", this::addServers)
                .pool("batch", this::addServers);
    }

    private void addServers(PoolOptions pool) {
        servers.forEach(server -> pool.backend("127.0.0.1", server.port()));
    }

    private int port(int frontend) {
        return loadBalancer.stats().frontends().get(frontend).addresses().get(0).getPort();
    }

    /** JavaScript for an element of the first backend's card in a pool. */
    private String element(String pool, String selector) {
        return "document.querySelector('[data-pool=\"%s\"] [data-backend=\"127.0.0.1:%d\"] %s')"
                .formatted(pool, servers.get(0).port(), selector);
    }

    private BackendState firstState(int pool) {
        return loadBalancer.stats().pools().get(pool).backends().get(0).state();
    }

    @Test
    @DisplayName("two frontends and three pools are shown by name, each with what it has")
    void namedServices() throws Exception {
        open(several());
        browser.await(
                HEADINGS
                        + " === 'Frontends|Pool web.eu3 of 3 up|Pool api3 of 3 up"
                        + "|Pool batch3 of 3 up|Last closes'");
        for (String pool : List.of("web.eu", "api", "batch")) {
            String cards = "document.querySelectorAll('[data-pool=\"" + pool + "\"] article')";
            assertThat(browser.evaluate(cards + ".length").intValue()).isEqualTo(3);
        }
        try (Peer client = Peer.connect(port(1))) {
            assertThat(client.send("a").readText(1)).isEqualTo("a");
            String row = "document.querySelector('[data-frontend=internal] %s').textContent";
            browser.await(row.formatted(".active") + " === '1.0'");
            assertThat(browser.evaluate(row.formatted(".addresses")).textValue())
                    .isEqualTo("127.0.0.1:" + port(1));
            browser.await(element("api", ".active") + ".textContent === '1.0'");
            assertThat(browser.evaluate(element("batch", ".active") + ".textContent").textValue())
                    .isEqualTo("0");
        }
        browser.await(
                "[...document.querySelectorAll('#closes tr:first-child td.service')]"
                        + ".filter(td => td.checkVisibility()).map(td => td.textContent).join()"
                        + " === 'internal,api'");
        assertThat(browser.problems()).isEmpty();
    }

    @Test
    @DisplayName("a button changes the backend in its own pool only")
    void buttons() throws Exception {
        open(several());
        browser.await(element("api", ".badge") + "?.textContent === 'up'");
        browser.evaluate(element("api", "[data-state=drain]") + ".click()");
        browser.await(element("api", ".badge") + ".textContent === 'draining'");
        browser.await(
                "document.querySelector('[data-pool=api] h2').textContent === 'Pool api2 of 3 up'");
        Await.equal(BackendState.DRAIN, () -> firstState(1));
        assertThat(firstState(0)).isEqualTo(BackendState.UP);
        assertThat(firstState(2)).isEqualTo(BackendState.UP);
        assertThat(browser.evaluate(element("web.eu", ".badge") + ".textContent").textValue())
                .isEqualTo("up");
        assertThat(browser.problems()).isEmpty();
    }

    @Test
    @DisplayName("pools and frontends that a reload adds and removes appear and disappear")
    void reload() throws Exception {
        open(several());
        browser.await("document.querySelectorAll('[data-pool]').length === 3");
        int port = port(0);
        loadBalancer.reload(
                Unchecked.builder()
                        .frontend("public", f -> f.listen("127.0.0.1", port).pool("new"))
                        .pool("new", this::addServers));
        browser.await(HEADINGS + " === 'Frontends|Pool new3 of 3 up|Last closes'");
        browser.await("document.querySelectorAll('[data-frontend]').length === 1");
        assertThat(browser.problems()).isEmpty();
    }

    @Test
    @DisplayName("a lone default frontend and pool have no names and no extra headings")
    void loneDefault() throws Exception {
        LoadBalancerBuilder builder = Unchecked.builder().listen("127.0.0.1", 0);
        servers.forEach(server -> builder.backend("127.0.0.1", server.port()));
        open(builder);
        browser.await(HEADINGS + " === 'Backends|Last closes'");
        String visible =
                "[...document.querySelectorAll('th')].filter(th => th.checkVisibility())"
                        + ".map(th => th.textContent).join()";
        assertThat(browser.evaluate(visible).textValue())
                .isEqualTo("ended,client,backend,what happened");
        assertThat(browser.evaluate("document.body.innerText").textValue())
                .doesNotContain("default");
        assertThat(browser.problems()).isEmpty();
    }

    @Test
    @DisplayName("nothing is cut off, from 400 pixels on; three backends fit beside each other")
    void widths() throws Exception {
        open(several());
        try (Peer client = Peer.connect(port(1))) {
            client.finish().readToEnd();
        }
        browser.await("document.querySelectorAll('#closes tr').length === 1");
        for (int width : new int[] {400, 800, 1200, 1600}) {
            browser.resize(width, 900);
            browser.await("innerWidth === " + width);
            browser.await("document.documentElement.scrollWidth <= innerWidth");
            browser.await(
                    "[...document.querySelectorAll('.scroll')]"
                            + ".every(region => region.scrollWidth <= region.clientWidth)");
        }
        browser.resize(1200, 900);
        browser.await(
                "new Set([...document.querySelectorAll('[data-pool=api] article')]"
                        + ".map(card => card.offsetTop)).size === 1");
        assertThat(browser.problems()).isEmpty();
    }
}
