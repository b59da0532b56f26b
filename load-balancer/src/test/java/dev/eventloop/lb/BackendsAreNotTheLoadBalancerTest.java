package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.FreePort;
import dev.eventloop.lb.fixture.Logged;
import dev.eventloop.lb.fixture.Unchecked;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No backend is an address of the load balancer: it would connect to itself without end. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class BackendsAreNotTheLoadBalancerTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "0.0.0.0", "127.0.0.2"})
    @DisplayName("an operator cannot add one")
    void addedOneIsRefused(String host) throws Exception {
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb = over(server).listen("0.0.0.0", 0).start()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> lb.addBackend(BackendOptions.of(host, lb.port())))
                    .withMessage(
                            "backend %s:%d is the load balancer itself, whose frontend default"
                                    + " listens on 0.0.0.0:%d; give the address of a server",
                            host, lb.port(), lb.port());
            assertThat(lb.stats().backends()).hasSize(1);
        }
    }

    @Test
    @DisplayName("one of another address with the same port can be added")
    void otherAddressesAreNot() throws Exception {
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb = over(server).listen("127.0.0.1", 0).start()) {
            lb.addBackend(BackendOptions.of("127.0.0.2", lb.port()));
            assertThat(lb.stats().backends()).hasSize(2);
        }
    }

    @Test
    @DisplayName("a reload with one whose name resolves to it is refused")
    void reloadedOneIsRefused() throws Exception {
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb = over(server).listen("127.0.0.1", 0).start()) {
            LoadBalancerBuilder next =
                    over(server).listen("127.0.0.1", lb.port()).backend("localhost", lb.port());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> lb.reload(next))
                    .withMessageContaining("is the load balancer itself, whose frontend default");
        }
    }

    @Test
    @DisplayName("one that a source finds is left out, and a warning says so once")
    void foundOneIsLeftOut() throws Exception {
        AtomicReference<Consumer<List<BackendOptions>>> answers = new AtomicReference<>();
        BackendSource source =
                new BackendSource() {
                    @Override
                    public String name() {
                        return "a source";
                    }

                    @Override
                    public void start(Consumer<List<BackendOptions>> onChange) {
                        answers.set(onChange);
                    }

                    @Override
                    public void close() {}
                };
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb =
                        Unchecked.builder().listen("127.0.0.1", 0).backends(source).start();
                Logged log = Logged.by("dev.eventloop.lb.pool")) {
            for (int round = 0; round < 3; round++) {
                answers.get().accept(List.of(at(lb.port()), at(server.port())));
                assertThat(lb.stats().backends())
                        .extracting(LoadBalancerStats.Backend::name)
                        .containsExactly("127.0.0.1:" + server.port());
            }
            assertThat(log.messages())
                    .filteredOn(line -> line.startsWith("left out of a source: backend 127.0.0.1:"))
                    .hasSize(1);
        }
    }

    @Test
    @DisplayName(
            "a reload with one at an address that its frontend keeps until a restart is refused")
    void keptAddress() throws Exception {
        int kept = FreePort.next();
        int wanted = FreePort.next();
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb = over(server).listen("127.0.0.1", kept).start()) {
            LoadBalancerBuilder next =
                    over(server).listen("127.0.0.1", wanted).backend("127.0.0.1", kept);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> lb.reload(next))
                    .withMessageContaining("frontend default listens on 127.0.0.1:" + kept);
            assertThat(lb.stats().backends()).hasSize(1);
        }
    }

    @Test
    @DisplayName("one that an operator has added goes when a frontend comes to listen there")
    void frontendComesToAnAddedOne() throws Exception {
        int port = FreePort.next();
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb = over(server).listen("127.0.0.1", 0).start()) {
            lb.addBackend(BackendOptions.of("127.0.0.1", port));
            assertThat(lb.reload(withFrontend(server, port, null)))
                    .singleElement()
                    .asString()
                    .contains("is the load balancer itself, whose frontend web listens on")
                    .endsWith("It is removed");
            assertThat(names(lb)).containsExactly("127.0.0.1:" + server.port());
            assertThat(lb.reload(withFrontend(server, port, null))).isEmpty();
        }
    }

    @Test
    @DisplayName(
            "one that a source has found goes with a frontend that comes, and returns after it")
    void frontendComesToAFoundOne() throws Exception {
        int port = FreePort.next();
        record Source(List<BackendOptions> answer) implements BackendSource {
            @Override
            public String name() {
                return "a source";
            }

            @Override
            public void start(Consumer<List<BackendOptions>> onChange) {
                onChange.accept(answer);
            }

            @Override
            public void close() {}
        }
        Source source = new Source(List.of(at(port)));
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb = over(server).backends(source).listen("127.0.0.1", 0).start()) {
            assertThat(names(lb)).contains("127.0.0.1:" + port);
            for (int i = 0; i < 2; i++) {
                lb.reload(withFrontend(server, port, source));
                assertThat(names(lb)).containsExactly("127.0.0.1:" + server.port());
                lb.reload(over(server).backends(source).listen("127.0.0.1", 0));
                assertThat(names(lb)).contains("127.0.0.1:" + port);
            }
        }
    }

    private static LoadBalancerBuilder withFrontend(
            EchoServer server, int port, BackendSource source) {
        LoadBalancerBuilder builder =
                over(server)
                        .listen("127.0.0.1", 0)
                        .frontend("web", f -> f.listen("127.0.0.1", port).pool("default"));
        return source == null ? builder : builder.backends(source);
    }

    private static List<String> names(LoadBalancer lb) {
        return lb.stats().backends().stream().map(LoadBalancerStats.Backend::name).toList();
    }

    private static BackendOptions at(int port) {
        InetSocketAddress where = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        return new BackendOptions("127.0.0.1:" + port, where, 1, false, 0);
    }

    private static LoadBalancerBuilder over(EchoServer server) {
        return Unchecked.builder().backend("127.0.0.1", server.port());
    }
}
