package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventLoop;
import dev.eventloop.net.Sockets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Health checks take a bounded number of file descriptors, and every backend is checked. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class ChecksAreBoundedTest {
    private static final int BACKENDS = 40;
    private static final int MOST = 3;

    private final List<SocketChannel> accepted = new ArrayList<>();

    @Test
    @DisplayName("backends that never close a check's connection do not hold the others up")
    void eachHasItsTurn() throws Exception {
        HealthOptions options =
                new HealthOptions(
                        Duration.ofMillis(20), Duration.ofSeconds(1), 3, 2, Duration.ZERO);
        try (ServerSocketChannel server = server();
                Pool pool = new Pool(RoundRobin::new, options, () -> 0);
                EventLoop loop = EventLoop.create()) {
            InetSocketAddress address = (InetSocketAddress) server.getLocalAddress();
            pool.replace(
                    "",
                    IntStream.range(0, BACKENDS)
                            .mapToObj(i -> new Backend("b" + i, "", address, 1, false, 0))
                            .toList());
            HealthChecks checks =
                    new HealthChecks(
                            pool,
                            loop,
                            Sockets.system(),
                            (fd, buffer) -> {},
                            new CheckSlots(16 * MOST),
                            42);
            checks.updateAll();
            int most = 0;
            while (accepted.size() < 3 * BACKENDS) {
                loop.run(5);
                most = Math.max(most, loop.size());
                accept(server);
            }
            assertThat(most).isBetween(1, MOST);
            assertThat(pool.backends()).allMatch(backend -> backend.checkFailures() == 0);
            checks.end();
            assertThat(loop.size()).isZero();
        } finally {
            for (SocketChannel channel : accepted) {
                channel.close();
            }
        }
    }

    private static ServerSocketChannel server() throws Exception {
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
        server.configureBlocking(false);
        return server;
    }

    private void accept(ServerSocketChannel server) throws Exception {
        for (SocketChannel next = server.accept(); next != null; next = server.accept()) {
            accepted.add(next);
        }
    }
}
