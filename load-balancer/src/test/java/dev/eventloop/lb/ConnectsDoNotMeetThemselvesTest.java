package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventLoop;
import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Peer;
import dev.eventloop.lb.fixture.Unchecked;
import dev.eventloop.lb.runtime.Environment;
import dev.eventloop.libc.LibC;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A connect whose source is its destination, a TCP simultaneous open with itself, counts as
 * refused. The kernel chooses that source once in some thousand connects to a dead backend of its
 * own; here every connect gets it, by a bind(2).
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class ConnectsDoNotMeetThemselvesTest {
    private static final LibC REAL = LibC.system();

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "0.0.0.0", "::"})
    @DisplayName("a client of a dead backend is refused, and does not get its own bytes back")
    void clientIsRefused(String host) throws Exception {
        int dead = deadPort(host);
        try (LoadBalancer lb = start(Unchecked.builder().backend(host, dead))) {
            assertThat(Peer.connectAndReadUntilReset(lb.port())).isEmpty();
            Await.equal(Map.of(CloseReason.CONNECT_REFUSED, 1L), () -> lb.stats().closes());
            assertThat(lb.stats().backends().get(0).connectFailures()).isEqualTo(1);
            assertThat(lb.stats().backends().get(0).connections()).isZero();
        }
    }

    @Test
    @DisplayName("a health check does not take itself for the backend, which can then bind")
    void checkFails() throws Exception {
        int dead = deadPort("127.0.0.1");
        LoadBalancerBuilder builder =
                LoadBalancer.builder()
                        .backend("127.0.0.1", dead)
                        .healthCheck(Duration.ofMillis(20))
                        .healthRise(1)
                        .healthFall(2);
        try (LoadBalancer lb = start(builder)) {
            Await.until("it is down", () -> !lb.stats().backends().get(0).healthy());
            assertThat(lb.stats().backends().get(0).checkFailures()).isGreaterThanOrEqualTo(2);
            try (ServerSocket back = new ServerSocket()) {
                back.setReuseAddress(false);
                Await.until("its port is free", () -> isBound(back, dead));
            }
        }
    }

    private static boolean isBound(ServerSocket server, int port) {
        try {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** A port of the local range, on which nobody listens. */
    private static int deadPort(String host) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName(host))) {
            return server.getLocalPort();
        }
    }

    /** Every connect of the load balancer starts where it goes to. */
    private static LoadBalancer start(LoadBalancerBuilder builder) throws Exception {
        LibC bound =
                (LibC)
                        Proxy.newProxyInstance(
                                LibC.class.getClassLoader(),
                                new Class<?>[] {LibC.class},
                                (proxy, method, arguments) -> {
                                    try {
                                        if (method.getName().equals("connect")) {
                                            REAL.bind(
                                                    (int) arguments[0],
                                                    (long) arguments[1],
                                                    (int) arguments[2]);
                                        }
                                        return method.invoke(REAL, arguments);
                                    } catch (InvocationTargetException e) {
                                        throw e.getCause();
                                    }
                                });
        Environment environment =
                new Environment(
                        new Sockets(bound),
                        System::nanoTime,
                        Clock.systemUTC(),
                        1,
                        EventLoop::create);
        return builder.listen("127.0.0.1", 0).threads(1).open(environment).run();
    }
}
