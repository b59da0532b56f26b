package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.EventLoop;
import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.lb.runtime.Environment;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An event loop fails, whatever it throws: the others do not go on without it, and it is told. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class DeadWorkersEndTheLoadBalancerTest {
    static Stream<Throwable> thrown() {
        return Stream.of(
                new OutOfMemoryError("thrown by a test"),
                new StackOverflowError("thrown by a test"),
                new IllegalStateException("thrown by a test"),
                new IOException("thrown by a test"));
    }

    @ParameterizedTest
    @MethodSource("thrown")
    void oneOfTwoFails(Throwable thrown) throws Exception {
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb = start(server, thrown);
                Peer first = Peer.connect(lb.port());
                Peer second = Peer.connect(lb.port())) {
            assertThat(first.send("a").readText(1)).isEqualTo("a");
            assertThat(second.send("b").readText(1)).isEqualTo("b");
            assertThat(lb.isReady()).isTrue();
            lb.workers().get(1).execute(lb.workers().get(1).loop()::stop); // and it throws
            assertThat(lb.failure().get(30, TimeUnit.SECONDS)).isSameAs(thrown);
            assertThat(lb.isReady()).isFalse();
            assertThatThrownBy(
                            () -> {
                                first.send("c").readText(1);
                                second.send("c").readText(1);
                            })
                    .isInstanceOf(Throwable.class);
            Await.until("nobody listens", () -> isRefused(lb.port()));
        }
    }

    private static boolean isRefused(int port) throws IOException {
        try (Peer late = Peer.connect(port)) {
            return late.localPort() < 0;
        } catch (ConnectException e) {
            return true;
        }
    }

    /** The second loop throws when it is stopped. */
    private static LoadBalancer start(EchoServer server, Throwable thrown) throws IOException {
        Environment real = Environment.ofThisMachine();
        int[] opened = {0};
        Environment environment =
                new Environment(
                        real.sockets(),
                        real.nanoClock(),
                        real.wallClock(),
                        real.seed(),
                        options -> {
                            EventLoop loop = EventLoop.create(options);
                            opened[0]++;
                            return opened[0] == 2 ? failing(loop, thrown) : loop;
                        });
        return LoadBalancer.builder()
                .listen(0)
                .threads(2)
                .backend("127.0.0.1", server.port(), 1)
                .open(environment)
                .run();
    }

    private static EventLoop failing(EventLoop loop, Throwable thrown) {
        return (EventLoop)
                Proxy.newProxyInstance(
                        EventLoop.class.getClassLoader(),
                        new Class<?>[] {EventLoop.class},
                        (proxy, method, arguments) -> {
                            Object result;
                            try {
                                result = method.invoke(loop, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                            if (method.getName().equals("runUntilStopped")) {
                                throw thrown;
                            }
                            return result;
                        });
    }
}
