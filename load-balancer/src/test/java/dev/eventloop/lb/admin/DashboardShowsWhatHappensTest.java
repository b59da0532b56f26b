package dev.eventloop.lb.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.ScriptedServer;
import dev.eventloop.lb.BackendState;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerStats;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The dashboard in a real browser, operated by keyboard. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class DashboardShowsWhatHappensTest {
    private ScriptedServer one;
    private ScriptedServer two;
    private LoadBalancer loadBalancer;
    private AdminServer admin;
    private Browser browser;

    @BeforeEach
    void start() throws Exception {
        Path chromium = Browser.find();
        if (chromium == null) {
            System.out.println(
                    "DashboardShowsWhatHappensTest: skipped, chromium is not on the PATH");
        }
        assumeTrue(chromium != null, "chromium is not on the PATH");
        one = serve(0, "1");
        two = serve(0, "2");
        loadBalancer =
                LoadBalancer.builder()
                        .listen("127.0.0.1", 0)
                        .threads(1)
                        .healthCheck(Duration.ofMillis(100))
                        .slowStart(Duration.ZERO)
                        .backend("127.0.0.1", one.port())
                        .backend("127.0.0.1", two.port())
                        .start();
        browser = Browser.start(chromium);
    }

    @AfterEach
    void stop() throws IOException {
        if (browser != null) {
            browser.close();
        }
        if (admin != null) {
            admin.close();
        }
        if (loadBalancer != null) {
            loadBalancer.close();
            one.close();
            two.close();
        }
    }

    /** Sends its name to clients and health checks; checks may have closed by then. */
    private static ScriptedServer serve(int port, String name) throws IOException {
        return ScriptedServer.start(
                InetAddress.getLoopbackAddress(),
                port,
                client -> {
                    try {
                        client.send(name);
                    } catch (SocketException e) {
                        client.reset();
                    }
                });
    }

    private void open(String tokenOrNull) throws Exception {
        InetAddress host = InetAddress.getLoopbackAddress();
        admin = AdminServer.start(loadBalancer, new InetSocketAddress(host, 0), tokenOrNull);
        browser.open(url());
    }

    private String url() {
        return "http://127.0.0.1:" + admin.port() + "/";
    }

    /** JavaScript for an element of a backend's card. */
    private static String element(ScriptedServer server, String selector) {
        return "document.querySelector('[data-backend=\"127.0.0.1:%d\"] %s')"
                .formatted(server.port(), selector);
    }

    private void awaitText(ScriptedServer server, String selector, String text) throws Exception {
        browser.await(element(server, selector) + "?.textContent === '" + text + "'");
    }

    private LoadBalancerStats.Backend first() {
        return loadBalancer.stats().backends().get(0);
    }

    private void assertNoProblemsAndNoForeignRequests() {
        assertThat(browser.problems()).isEmpty();
        assertThat(browser.requests()).isNotEmpty().allMatch(request -> request.startsWith(url()));
    }

    @Test
    @DisplayName("a backend that goes down and comes back is shown without a click")
    void backendGoesDown() throws Exception {
        open(null);
        awaitText(one, ".badge", "up");
        awaitText(two, ".badge", "up");
        AtomicBoolean enough = new AtomicBoolean();
        Thread traffic = new Thread(() -> ask(enough), "traffic");
        traffic.start();
        try {
            browser.await("Number(" + element(two, ".rate") + ".textContent) > 0");
            browser.await(element(two, ".chart canvas") + " !== null");

            two.close();
            awaitText(two, ".badge", "down: unhealthy");
            awaitText(two, ".share", "0 %");
            awaitText(one, ".share", "100 %");
            browser.await("Number(" + element(two, ".rate") + ".textContent) === 0");
            browser.await("Number(" + element(one, ".rate") + ".textContent) > 0");

            two = serve(two.port(), "2");
            awaitText(two, ".badge", "up");
            awaitText(two, ".share", "50 %");
            browser.await("Number(" + element(two, ".rate") + ".textContent) > 0");
        } finally {
            enough.set(true);
            traffic.join();
        }
        browser.await("document.querySelectorAll('#closes tr').length === 100");
        browser.await(
                "/^closed by the /.test(document.querySelector('#closes td:last-child').textContent)");
        browser.await("document.getElementById('ready').textContent === 'ready'");
        assertNoProblemsAndNoForeignRequests();
    }

    private void ask(AtomicBoolean enough) {
        while (!enough.get()) {
            try {
                NamedServer.ask(loadBalancer.port());
                Thread.sleep(5);
            } catch (IOException | InterruptedException e) {
                // a backend that was just closed; the page shows it
            }
        }
    }

    @Test
    @DisplayName("the arrow keys set a weight, and traffic follows it")
    void weight() throws Exception {
        open(null);
        awaitText(one, ".share", "50 %");
        browser.evaluate(element(one, "input") + ".focus()");
        browser.press(Browser.Key.RIGHT);
        browser.press(Browser.Key.RIGHT);
        Await.equal(3, () -> first().weight());
        awaitText(one, "output", "3");
        awaitText(one, ".share", "75 %");
        awaitText(two, ".share", "25 %");
        String answers = NamedServer.ask(loadBalancer.port(), 40);
        assertThat(answers.chars().filter(c -> c == '1').count()).isEqualTo(30);
        for (int i = 0; i < 40; i++) { // faster than the server answers
            browser.press(Browser.Key.RIGHT);
        }
        Await.equal(43, () -> first().weight());
        awaitText(one, "output", "43");
        loadBalancer.setWeight(first().name(), 7); // by another client
        awaitText(one, "output", "7");
        browser.await(element(one, "input") + ".value === '7'");
        assertNoProblemsAndNoForeignRequests();
    }

    @Test
    @DisplayName("drain and up by Tab and Space; a refused change shows the reason")
    void states() throws Exception {
        open(null);
        awaitText(one, ".badge", "up");
        browser.evaluate(element(one, "input") + ".focus()");
        browser.press(Browser.Key.TAB);
        browser.press(Browser.Key.TAB);
        browser.press(Browser.Key.SPACE);
        Await.equal(BackendState.DRAIN, () -> first().state());
        awaitText(one, ".badge", "draining");
        browser.await(element(one, "[data-state=drain]") + ".ariaPressed === 'true'");
        browser.await(element(one, "[data-state=up]") + ".ariaPressed === 'false'");
        assertNoProblemsAndNoForeignRequests();

        browser.evaluate(element(two, "[data-state=down]") + ".click()");
        browser.await("document.getElementById('message').textContent.length > 10");
        assertThat(loadBalancer.stats().backends().get(1).state()).isEqualTo(BackendState.UP);
        browser.evaluate(element(one, "[data-state=up]") + ".click()");
        awaitText(one, ".badge", "up");
        browser.await("document.getElementById('message').textContent === ''");
    }

    @Test
    @DisplayName("the page asks for the token, and keeps it for this tab")
    void token() throws Exception {
        open("the-token");
        String form = "document.getElementById('token-form')";
        browser.await(form + "?.hidden === false");
        browser.await("document.activeElement.id === 'token'");
        browser.type("wrong");
        browser.press(Browser.Key.ENTER);
        browser.await(
                "document.getElementById('message').textContent.includes('the token is wrong')");
        browser.type("the-token");
        browser.press(Browser.Key.ENTER);
        awaitText(one, ".badge", "up");
        assertThat(browser.evaluate(form + ".hidden").asBoolean()).isTrue();
        browser.open(url());
        awaitText(one, ".badge", "up");
        assertThat(browser.evaluate(form + ".hidden").asBoolean()).isTrue();
        assertThat(browser.requests()).allMatch(request -> request.startsWith(url()));
    }

    @Test
    @DisplayName("names are shown as text, never as HTML; removed backends disappear")
    void names() throws Exception {
        open(null);
        awaitText(one, ".badge", "up");
        String name = "unix:/nowhere/<img src=x onerror=alert(1)>";
        String body = "{\"address\":\"" + name + "\",\"backup\":true}";
        assertThat(Call.of(admin, "POST", "/api/v1/backends").body(body).send().status())
                .isEqualTo(201);
        browser.await("document.querySelectorAll('h3').length === 3");
        browser.await("[...document.querySelectorAll('h3')].at(-1).textContent === '" + name + "'");
        assertThat(browser.evaluate("document.images.length").intValue()).isZero();
        loadBalancer.removeBackend(name);
        browser.await("document.querySelectorAll('h3').length === 2");
        assertNoProblemsAndNoForeignRequests();
    }

    @Test
    @DisplayName("light and dark follow the user's preference; no requests while hidden")
    void preferences() throws Exception {
        open(null);
        awaitText(one, ".badge", "up");
        String background = "getComputedStyle(document.body).backgroundColor";
        browser.prefer("light");
        browser.await(background + " === 'rgb(245, 246, 248)'");
        browser.prefer("dark");
        browser.await(background + " === 'rgb(20, 23, 28)'");

        hide(true);
        int requests = Await.steady(Duration.ofSeconds(3), () -> browser.requests().size());
        hide(false);
        Await.until("requests resume", () -> browser.requests().size() >= requests + 2);
        assertNoProblemsAndNoForeignRequests();
    }

    private void hide(boolean hidden) throws Exception {
        browser.evaluate(
                "Object.defineProperty(document, 'hidden', {value: %s, configurable: true});"
                                .formatted(hidden)
                        + "document.dispatchEvent(new Event('visibilitychange'))");
    }
}
