package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.ProcessFacts;
import dev.eventloop.lb.fixture.Unchecked;
import java.io.IOException;
import java.io.StringWriter;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From builder to close(): clear errors, exclusive ports, no leaked files or threads. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class LifeCycleTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    @DisplayName("port 0 picks a free port, and port() returns it")
    void freePortIsPicked(int threads) throws Exception {
        try (NamedServer server = NamedServer.start("A");
                LoadBalancer lb = over(server).threads(threads).start()) {
            assertThat(lb.port()).isBetween(1, 65_535).isEqualTo(lb.address().getPort());
            assertThat(NamedServer.ask(lb.port())).isEqualTo("A");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    @DisplayName("a port in use is an IOException that names it")
    void portInUseIsAnException(int threads) throws Exception {
        try (ServerSocket owner = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(
                            () ->
                                    builder(1)
                                            .listen("127.0.0.1", owner.getLocalPort())
                                            .threads(threads)
                                            .start())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + owner.getLocalPort())
                    .hasMessageContaining("EADDRINUSE")
                    .hasMessageContaining("choose another port");
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1", "1,2", "2,1", "2,2"})
    @DisplayName("two load balancers never share a port, not even with SO_REUSEPORT")
    void portIsNotShared(int threadsOfFirst, int threadsOfSecond) throws Exception {
        try (NamedServer server = NamedServer.start("A");
                LoadBalancer first = over(server).threads(threadsOfFirst).start()) {
            assertThatThrownBy(
                            () ->
                                    over(server)
                                            .listen("127.0.0.1", first.port())
                                            .threads(threadsOfSecond)
                                            .start())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(":" + first.port())
                    .hasMessageContaining("EADDRINUSE");
            assertThat(NamedServer.ask(first.port(), 10)).isEqualTo("A".repeat(10));
            assertThat(first.stats().accepted()).isEqualTo(10);
        }
    }

    @Test
    @DisplayName("the port is free as soon as close() returns")
    void portIsFreeAfterwards() throws Exception {
        try (NamedServer server = NamedServer.start("A")) {
            int port;
            try (LoadBalancer lb = over(server).threads(2).start()) {
                port = lb.port();
                assertThat(NamedServer.ask(port)).isEqualTo("A");
            }
            try (LoadBalancer again = over(server).listen("127.0.0.1", port).threads(2).start()) {
                assertThat(again.port()).isEqualTo(port);
                assertThat(NamedServer.ask(port)).isEqualTo("A");
            }
        }
    }

    @Test
    @DisplayName("two load balancers in one JVM are independent")
    void twoLoadBalancersAreIndependent() throws Exception {
        try (NamedServer a = NamedServer.start("A");
                NamedServer b = NamedServer.start("B");
                LoadBalancer second = over(b).threads(2).start()) {
            try (LoadBalancer first = over(a).threads(2).start()) {
                assertThat(NamedServer.ask(first.port(), 3)).isEqualTo("AAA");
                assertThat(NamedServer.ask(second.port(), 5)).isEqualTo("BBBBB");
                assertThat(first.stats().accepted()).isEqualTo(3);
            }
            assertThat(NamedServer.ask(second.port())).isEqualTo("B");
            assertThat(second.stats().accepted()).isEqualTo(6);
        }
    }

    @Test
    @DisplayName("200 starts and closes leak no file and no thread")
    void nothingIsLeftBehind() throws Exception {
        try (NamedServer server = NamedServer.start("A")) {
            startAndEnd(server, 5); // warm-up: loads classes, starts JVM threads
            ProcessFacts facts = ProcessFacts.ofThisProcess();
            int files = Await.steady(Duration.ofMillis(300), facts::openFiles);
            startAndEnd(server, 200);
            Await.until(
                    "open files return to " + files + " from " + facts.openFiles(),
                    () -> facts.openFiles() <= files);
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.startsWith("load-balancer-"))
                    .noneMatch("access-log"::equals);
        }
    }

    private static void startAndEnd(NamedServer server, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            try (LoadBalancer lb = over(server).threads(2).accessLog(new StringWriter()).start()) {
                if (i % 10 == 0) {
                    assertThat(NamedServer.ask(lb.port())).isEqualTo("A");
                }
            }
        }
    }

    @Test
    @DisplayName("a start that fails leaks nothing either")
    void failedStartLeavesNothing() throws Exception {
        try (ServerSocket owner = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ProcessFacts facts = ProcessFacts.ofThisProcess();
            failToStart(owner.getLocalPort());
            int files = Await.steady(Duration.ofMillis(300), facts::openFiles);
            for (int i = 0; i < 50; i++) {
                failToStart(owner.getLocalPort());
            }
            Await.until("open files return to " + files, () -> facts.openFiles() <= files);
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch("access-log"::equals);
        }
    }

    private static void failToStart(int port) {
        for (int threads = 1; threads <= 2; threads++) {
            LoadBalancerBuilder builder =
                    builder(1)
                            .listen("127.0.0.1", port)
                            .threads(threads)
                            .accessLog(new StringWriter());
            assertThatThrownBy(builder::start).isInstanceOf(IOException.class);
        }
    }

    @Test
    @DisplayName("a second close(), or one after a drain, does nothing")
    @SuppressWarnings("try") // closing more than once is the subject
    void closeIsIdempotent() throws Exception {
        try (NamedServer server = NamedServer.start("A");
                LoadBalancer lb = over(server).start()) {
            assertThat(NamedServer.ask(lb.port())).isEqualTo("A");
            assertThat(lb.isClosed()).isFalse();
            assertThat(lb.drain(Duration.ofSeconds(30))).isTrue();
            lb.close();
            lb.close();
            assertThat(lb.isClosed()).isTrue();
            assertThat(lb.stats().accepted()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("no other socket can bind the port")
    void portIsTaken() throws Exception {
        try (NamedServer server = NamedServer.start("A");
                LoadBalancer lb = over(server).threads(2).start()) {
            assertThatThrownBy(
                            () ->
                                    new ServerSocket(lb.port(), 1, InetAddress.getLoopbackAddress())
                                            .close())
                    .isInstanceOf(BindException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65_536})
    @DisplayName("a port out of range is refused")
    void portsHaveARange(int port) {
        String number = Integer.toString(port);
        LoadBalancerBuilder builder = Unchecked.builder();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.listen(port))
                .withMessageContaining(number);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.backend("127.0.0.1", port))
                .withMessageContaining(number);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.backend("127.0.0.1", 0))
                .withMessageContaining("port 0");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 257})
    @DisplayName("a weight out of range is refused")
    void weightsHaveARange(int weight) {
        LoadBalancerBuilder builder = Unchecked.builder();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.backend("127.0.0.1", 9001, weight))
                .withMessageContaining("127.0.0.1:9001")
                .withMessageContaining(Integer.toString(weight))
                .withMessageContaining("0 to 256");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.backend(UnixDomainSocketAddress.of("s"), weight))
                .withMessageContaining("unix:s");
    }

    @Test
    @DisplayName("the same address twice is refused, even under another name")
    void duplicatesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder(9001).backend("127.0.0.1", 9001, 5))
                .withMessageContaining("127.0.0.1:9001");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder(9001).backend("localhost", 9001).start())
                .withMessageContaining("localhost:9001")
                .withMessageContaining("127.0.0.1:9001");
    }

    @Test
    @DisplayName("limits and times that are too small are refused")
    void numbersArePositive() {
        LoadBalancerBuilder builder = builder(9001);
        assertThatIllegalArgumentException().isThrownBy(() -> builder.threads(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxClients(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.retries(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.idleTimeout(Duration.ofMillis(-1))); // 0 is no limit
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.connectTimeout(Duration.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.halfCloseTimeout(Duration.ofMillis(-1)));
    }

    @Test
    @DisplayName("start() names what is missing or unknown")
    void missingAndUnknownAreSaid() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Unchecked.builder().listen(0).start())
                .withMessageContaining("no backend");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Unchecked.builder().backend("127.0.0.1", 9001).start())
                .withMessageContaining("no port");
        assertThatThrownBy(() -> builder(9001).backend("no-such-host.invalid", 80).start())
                .isInstanceOf(UnknownHostException.class)
                .hasMessageContaining("no-such-host.invalid:80")
                .hasMessageContaining("unknown");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder(9001).listen("no-such-host.invalid", 0).start())
                .withMessageContaining("no-such-host.invalid");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder(9001).eventBackend("carrier-pigeon").start())
                .withMessageContaining("carrier-pigeon")
                .withMessageContaining("epoll");
        assertThatThrownBy(() -> builder(9001).listen("203.0.113.1", 0).start())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("203.0.113.1")
                .hasMessageContaining("address of this machine");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                builder(9001)
                                        .backend(
                                                UnixDomainSocketAddress.of(
                                                        Path.of("x".repeat(150))),
                                                1)
                                        .start())
                .withMessageContaining("xxx");
    }

    private static LoadBalancerBuilder over(NamedServer server) {
        return builder(server.port());
    }

    private static LoadBalancerBuilder builder(int backendPort) {
        return Unchecked.builder().listen("127.0.0.1", 0).backend("127.0.0.1", backendPort);
    }
}
