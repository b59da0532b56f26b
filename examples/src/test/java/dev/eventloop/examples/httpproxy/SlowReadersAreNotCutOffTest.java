package dev.eventloop.examples.httpproxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.epoll.EpollPoller;
import dev.eventloop.examples.SlowReader;
import dev.eventloop.fixture.Payload;
import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.Sockets;
import dev.eventloop.testkit.kernel.KernelOptions;
import dev.eventloop.testkit.kernel.SimulatedKernel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In virtual time: a slow reader needs long for the kernel's buffers, and gets every byte. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class SlowReadersAreNotCutOffTest {
    private static final InetSocketAddress ANY =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final Duration IDLE = Duration.ofSeconds(10);

    @ParameterizedTest
    @CsvSource({
        "GET http://127.0.0.1:PORT/ HTTP/1.1, 100000",
        "GET http://127.0.0.1:PORT/ HTTP/1.1, 400000",
        "CONNECT 127.0.0.1:PORT HTTP/1.1, 100000",
        "CONNECT 127.0.0.1:PORT HTTP/1.1, 400000"
    })
    @DisplayName("a slow reader gets everything, whether or not the server has closed")
    void slowReaders(String request, int size) throws Exception {
        SimulatedKernel kernel =
                new SimulatedKernel(KernelOptions.defaults().socketBuffer(64 * 1024));
        EventLoopOptions options = EventLoopOptions.defaults().clock(kernel::nanoTime);
        byte[] content = Payload.random(3, size);
        Sender sender = new Sender(kernel, content);
        try (EventLoop loop = EventLoop.over(new EpollPoller(kernel, 64), options);
                ProxyServer proxy =
                        new ProxyServer(
                                loop,
                                new Sockets(kernel),
                                ANY,
                                new Settings(AllowList.ALL, IDLE, IDLE, IDLE),
                                Assertions::fail)) {
            String head = request.replace("PORT", Integer.toString(sender.port())) + "\r\n\r\n";
            SlowReader reader = SlowReader.ask(kernel, proxy.address(), head, loop::stop);
            loop.runUntilStopped();
            assertThat(reader.isCut()).isFalse();
            assertThat(reader.read()).endsWith(content);
        }
    }

    /** A server that sends a head and the content as fast as possible, and closes. */
    private static final class Sender {
        private final SimulatedKernel kernel;
        private final Sockets sockets;
        private final int listener;
        private final ByteBuffer left;
        private int client = -1;

        Sender(SimulatedKernel kernel, byte[] content) throws Exception {
            this.kernel = kernel;
            this.sockets = new Sockets(kernel.anotherProcess());
            this.listener = sockets.listen(ANY, ListenOptions.defaults());
            byte[] head = "HTTP/1.1 200 OK\r\n\r\n".getBytes(US_ASCII);
            this.left = ByteBuffer.allocate(head.length + content.length).put(head).put(content);
            left.flip();
            next();
        }

        int port() {
            return sockets.localAddress(listener).getPort();
        }

        private void next() {
            kernel.after(Duration.ofMillis(10).toNanos(), this::turn);
        }

        private void turn() {
            if (client < 0) {
                client = sockets.accept(listener);
            } else if (left.hasRemaining()) {
                int ignored = sockets.write(client, left);
            } else {
                sockets.shutdownWrite(client);
                return;
            }
            next();
        }
    }
}
