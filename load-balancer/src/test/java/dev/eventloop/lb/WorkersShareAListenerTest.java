package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.EventLoop;
import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Crowd;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.lb.fixture.Unchecked;
import dev.eventloop.lb.runtime.Environment;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.SocketConstants;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Without SO_REUSEPORT load balancing all workers accept from one listener. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class WorkersShareAListenerTest {
    private static final int THREADS = 4;

    private final AtomicInteger listeners = new AtomicInteger();

    static Stream<String> backends() {
        return EventLoop.backends().stream().filter(b -> b.available()).map(b -> b.name());
    }

    @ParameterizedTest
    @MethodSource("backends")
    @DisplayName("there is one listener, every client is served, and shares are exact")
    void everyClientIsServed(String backend) throws Exception {
        try (NamedServer a = NamedServer.start("A");
                NamedServer b = NamedServer.start("B");
                LoadBalancer lb =
                        start(over(a).backend("127.0.0.1", b.port()).eventBackend(backend))) {
            assertThat(listeners).hasValue(1);
            List<String> answers = Crowd.run(8, i -> NamedServer.ask(lb.port(), 50));
            assertThat(String.join("", answers)).hasSize(400);
            assertThat(a.served()).isEqualTo(200);
            assertThat(b.served()).isEqualTo(200);
            assertThat(lb.stats().accepted()).isEqualTo(400);
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    @DisplayName("the port is free as soon as close() returns, and no file is left")
    void nothingIsLeft(String backend) throws Exception {
        try (NamedServer server = NamedServer.start("A")) {
            int port = 0;
            for (int i = 0; i < 20; i++) {
                LoadBalancerBuilder again = over(server).listen("127.0.0.1", port);
                try (LoadBalancer lb = start(again.eventBackend(backend))) {
                    port = lb.port();
                    assertThat(NamedServer.ask(port)).isEqualTo("A");
                }
                int closed = port;
                assertThatThrownBy(() -> Peer.connect(closed)).isInstanceOf(ConnectException.class);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    @DisplayName("clients beyond the limit wait in the shared backlog and are served later")
    void clientsWaitForASlot(String backend) throws Exception {
        try (NamedServer server = NamedServer.start("A");
                LoadBalancer lb = start(over(server).maxClients(3).eventBackend(backend))) {
            List<Peer> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                clients.add(Peer.connect(lb.port()));
            }
            Await.equal(3, () -> lb.stats().active());
            for (Peer client : clients) {
                client.close();
            }
            assertThat(NamedServer.ask(lb.port())).isEqualTo("A");
            Await.equal(21L, () -> lb.stats().accepted());
        }
    }

    @Test
    @DisplayName("a drain ends and closes the shared listener")
    void drainLetsThoseInsideGoOn() throws Exception {
        try (NamedServer server = NamedServer.start("A");
                LoadBalancer lb = start(over(server))) {
            assertThat(NamedServer.ask(lb.port(), 10)).isEqualTo("A".repeat(10));
            Await.equal(0, () -> lb.stats().active());
            assertThat(lb.drain(Duration.ofSeconds(50))).isTrue();
            assertThatThrownBy(() -> Peer.connect(lb.port())).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    @DisplayName("two load balancers never share a port")
    void portIsNotShared() throws Exception {
        try (NamedServer server = NamedServer.start("A");
                LoadBalancer first = start(over(server))) {
            LoadBalancerBuilder second = over(server).listen("127.0.0.1", first.port());
            assertThatThrownBy(() -> start(second))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("EADDRINUSE");
            assertThat(NamedServer.ask(first.port(), 5)).isEqualTo("AAAAA");
        }
    }

    private static LoadBalancerBuilder over(NamedServer server) {
        return Unchecked.builder()
                .listen("127.0.0.1", 0)
                .threads(THREADS)
                .backend("127.0.0.1", server.port());
    }

    private LoadBalancer start(LoadBalancerBuilder builder) throws IOException {
        Environment environment =
                new Environment(
                        new Sockets(withoutReusePort()),
                        System::nanoTime,
                        Clock.systemUTC(),
                        1,
                        EventLoop::create);
        return builder.open(environment).run();
    }

    /** This machine's kernel without SO_REUSEPORT, as on macOS. */
    private LibC withoutReusePort() {
        LibC real = LibC.system();
        return (LibC)
                Proxy.newProxyInstance(
                        LibC.class.getClassLoader(),
                        new Class<?>[] {LibC.class},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals("listen")) {
                                listeners.incrementAndGet();
                            }
                            boolean reusePort =
                                    method.getName().equals("setsockopt")
                                            && (int) arguments[1] == SocketConstants.SOL_SOCKET
                                            && (int) arguments[2] == SocketConstants.SO_REUSEPORT;
                            return reusePort ? -Errno.ENOPROTOOPT : method.invoke(real, arguments);
                        });
    }
}
