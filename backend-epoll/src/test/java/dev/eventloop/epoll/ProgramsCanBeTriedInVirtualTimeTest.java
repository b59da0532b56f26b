package dev.eventloop.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventCallback;
import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.Events;
import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.Sockets;
import dev.eventloop.testkit.kernel.Faults;
import dev.eventloop.testkit.kernel.KernelOptions;
import dev.eventloop.testkit.kernel.SimulatedKernel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The example of docs/library.md: an echo server and a slow network in virtual time. */
@Tag("fast")
final class ProgramsCanBeTriedInVirtualTimeTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void anEchoServerOverASlowNetwork(int seed) throws Exception {
        SimulatedKernel kernel =
                new SimulatedKernel(
                        KernelOptions.defaults()
                                .seed(seed)
                                .latency(Duration.ofMillis(20), Duration.ofMillis(80))
                                .faults(Faults.harmless()));
        Sockets sockets = new Sockets(kernel);
        EventLoop loop =
                EventLoop.over(
                        new EpollPoller(kernel, 16),
                        EventLoopOptions.defaults().clock(kernel::nanoTime));
        int listener =
                sockets.listen(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        ListenOptions.defaults());
        ByteBuffer buffer = ByteBuffer.allocateDirect(64);
        EventCallback<Object> echo =
                (fd, events, none) -> {
                    int count = sockets.read(fd, buffer.clear());
                    if (count > 0) {
                        sockets.write(fd, buffer.flip());
                    } else if (count == 0) {
                        loop.del(fd);
                        sockets.close(fd);
                    }
                };
        EventCallback<Object> accept =
                (fd, events, none) -> {
                    int accepted = sockets.accept(fd);
                    if (accepted >= 0) {
                        loop.add(accepted, Events.READ, echo, null);
                    }
                };
        loop.add(listener, Events.READ, accept, null);

        Sockets theirs = new Sockets(kernel.anotherProcess());
        int client = theirs.connect(sockets.localAddress(listener));
        kernel.after(1_000_000_000, () -> theirs.write(client, ByteBuffer.wrap(new byte[] {42})));
        kernel.after(3_600_000_000_000L, loop::stop);
        loop.runUntilStopped(); // one hour of virtual time

        ByteBuffer answer = ByteBuffer.allocate(8);
        assertThat(theirs.read(client, answer)).isEqualTo(1);
        assertThat(answer.get(0)).isEqualTo((byte) 42);
        theirs.close(client);
        kernel.after(1_000_000_000, loop::stop);
        loop.runUntilStopped();
        assertThat(kernel.nanoTime()).isEqualTo(3_601_000_000_000L);
        loop.close();
        sockets.close(listener);
        assertThat(kernel.openFiles()).isZero();
    }
}
