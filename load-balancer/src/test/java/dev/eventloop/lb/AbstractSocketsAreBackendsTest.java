package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Peer;
import dev.eventloop.lb.fixture.Unchecked;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.libc.SocketConstants;
import dev.eventloop.net.NativeBuffer;
import dev.eventloop.net.Sockets;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** {@code unix:@name} is a socket that has a name but no file, as only Linux has them. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class AbstractSocketsAreBackendsTest {
    private final Sockets sockets = Sockets.system();

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has abstract sockets")
    @DisplayName("bytes go both ways, and there is no file")
    void abstractSocketServes() throws Exception {
        String name = "eventloop-" + System.nanoTime();
        int listener = listen(name);
        try (LoadBalancer lb =
                        Unchecked.builder()
                                .listen("127.0.0.1", 0)
                                .threads(1)
                                .backend(BackendOptions.parse("unix:@" + name + ":2"))
                                .healthCheck(Duration.ZERO)
                                .start();
                Peer client = Peer.connect(lb.port());
                NativeBuffer buffer = NativeBuffer.allocate(64)) {
            client.send("question");
            int backend = accept(listener);
            while (buffer.readable() < 8) {
                if (sockets.read(backend, buffer) < 0) {
                    LockSupport.parkNanos(1_000_000);
                }
            }
            assertThat(sockets.write(backend, buffer)).isEqualTo(8);
            assertThat(client.readText(8)).isEqualTo("question");
            LoadBalancerStats.Backend stats = lb.stats().backends().get(0);
            assertThat(stats.name()).isEqualTo("unix:@" + name);
            assertThat(stats.weight()).isEqualTo(2);
            sockets.close(backend);
            assertThat(client.finish().readToEnd()).isEmpty();
            Await.equal(0, () -> lb.stats().active());
        } finally {
            sockets.close(listener);
        }
    }

    private int accept(int listener) {
        int fd;
        while ((fd = sockets.accept(listener)) < 0) {
            LockSupport.parkNanos(1_000_000);
        }
        return fd;
    }

    private static int listen(String name) {
        LibC libc = LibC.system();
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        NativeMemory address = NativeMemory.allocate(110);
        try {
            address.buffer().putShort(0, (short) SocketConstants.AF_UNIX);
            address.buffer().put(2, (byte) 0);
            address.buffer().put(3, bytes);
            int fd = libc.socket(SocketConstants.AF_UNIX, SocketConstants.SOCK_STREAM, 0);
            assertThat(libc.bind(fd, address.address(), 3 + bytes.length)).isZero();
            assertThat(libc.listen(fd, 5)).isZero();
            return fd;
        } finally {
            address.close();
        }
    }

    @Test
    @DisplayName("a name that is empty or too long is explained")
    void wrongNamesAreExplained() {
        assertThatThrownBy(() -> BackendOptions.parse("unix:@"))
                .hasMessageContaining("unix:@")
                .hasMessageMatching("(?s).*(1 to 107 bytes|only Linux has abstract sockets).*");
        assertThatThrownBy(() -> BackendOptions.parse("unix:@" + "x".repeat(108)))
                .hasMessageMatching("(?s).*(1 to 107 bytes|only Linux has abstract sockets).*");
    }
}
