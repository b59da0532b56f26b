package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventLoop;
import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.lb.fixture.Logged;
import dev.eventloop.lb.fixture.Unchecked;
import dev.eventloop.lb.runtime.Environment;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.net.Sockets;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A connect that fails at once because of this machine (no local port, no route, no memory, a
 * firewall) is repeated, and does not count against the backend.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class LocalErrorsBlameNoBackendTest {
    private final AtomicInteger failing = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private int errno = Errno.EADDRNOTAVAIL;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "EADDRNOTAVAIL",
                "ENETUNREACH",
                "EHOSTUNREACH",
                "ENETDOWN",
                "EPERM",
                "EACCES",
                "ENOBUFS",
                "ENOMEM"
            })
    @DisplayName("a client waits until this machine can connect again, and is served")
    void clientIsServedLater(String name) throws Exception {
        errno = jnr.constants.platform.Errno.valueOf(name).intValue();
        failing.set(7);
        try (NamedServer server = NamedServer.start("A");
                LoadBalancer lb =
                        start(Unchecked.builder().retries(0).backend("127.0.0.1", server.port()))) {
            assertThat(NamedServer.ask(lb.port())).isEqualTo("A");
            assertThat(failed).hasValue(7);
            assertThat(lb.stats().backends().get(0).connectFailures()).isZero();
            assertThat(lb.stats().backends().get(0).healthy()).isTrue();
        }
    }

    @Test
    @DisplayName("another backend is tried before that, as its address may be free")
    void anotherBackendIsTried() throws Exception {
        failing.set(1);
        try (NamedServer a = NamedServer.start("A");
                NamedServer b = NamedServer.start("B");
                LoadBalancer lb =
                        start(
                                Unchecked.builder()
                                        .backend("127.0.0.1", a.port())
                                        .backend("127.0.0.1", b.port()))) {
            assertThat(NamedServer.ask(lb.port())).isEqualTo("B");
            assertThat(failed).hasValue(1);
        }
    }

    @Test
    @DisplayName("after the connect timeout the client is reset: local-error, said once in the log")
    void reasonNamesThisMachine() throws Exception {
        failing.set(Integer.MAX_VALUE);
        try (NamedServer server = NamedServer.start("A");
                Logged log = Logged.by("dev.eventloop.lb.pool");
                LoadBalancer lb =
                        start(
                                Unchecked.builder()
                                        .connectTimeout(Duration.ofMillis(100))
                                        .backend("127.0.0.1", server.port()))) {
            for (int i = 0; i < 5; i++) {
                assertThat(Peer.connectAndReadUntilReset(lb.port())).isEmpty();
            }
            Await.equal(Map.of(CloseReason.LOCAL_ERROR, 5L), () -> lb.stats().closes());
            assertThat(lb.stats().backends().get(0).connectFailures()).isZero();
            assertThat(lb.stats().backends().get(0).healthy()).isTrue();
            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .contains("EADDRNOTAVAIL", "local ports", "not taken for down");
        }
    }

    @Test
    @DisplayName("a health check that this machine cannot do has no result")
    void checkHasNoResult() throws Exception {
        failing.set(Integer.MAX_VALUE);
        try (NamedServer server = NamedServer.start("A");
                LoadBalancer lb =
                        start(
                                LoadBalancer.builder()
                                        .healthCheck(Duration.ofMillis(10))
                                        .healthFall(1)
                                        .backend("127.0.0.1", server.port()))) {
            Await.until("checks were tried", () -> failed.get() >= 5);
            assertThat(lb.stats().backends().get(0).checkFailures()).isZero();
            assertThat(lb.stats().backends().get(0).healthy()).isTrue();
        }
    }

    /** The load balancer, whose next connects fail. */
    private LoadBalancer start(LoadBalancerBuilder builder) throws Exception {
        LibC real = LibC.system();
        LibC scarce =
                (LibC)
                        Proxy.newProxyInstance(
                                LibC.class.getClassLoader(),
                                new Class<?>[] {LibC.class},
                                (proxy, method, arguments) -> {
                                    if (method.getName().equals("connect")
                                            && failing.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                                        failed.incrementAndGet();
                                        return -errno;
                                    }
                                    try {
                                        return method.invoke(real, arguments);
                                    } catch (InvocationTargetException e) {
                                        throw e.getCause();
                                    }
                                });
        Environment environment =
                new Environment(
                        new Sockets(scarce),
                        System::nanoTime,
                        Clock.systemUTC(),
                        1,
                        EventLoop::create);
        return builder.listen("127.0.0.1", 0).threads(1).open(environment).run();
    }
}
