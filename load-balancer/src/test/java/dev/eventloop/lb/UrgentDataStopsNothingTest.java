package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventLoop;
import dev.eventloop.epoll.EpollPoller;
import dev.eventloop.lb.fixture.Unchecked;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.Sockets;
import dev.eventloop.testkit.kernel.KernelOptions;
import dev.eventloop.testkit.kernel.SimulatedKernel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A read ends before an urgent byte, which is no sign that there is nothing behind it. All has come
 * before the load balancer looks, and nothing comes later that would wake it.
 */
class UrgentDataStopsNothingTest {
    private static final InetSocketAddress BACKEND =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 9001);
    private static final InetSocketAddress FRONT =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080);
    private static final int MSG_OOB = 1; // sys/socket.h

    private final SimulatedKernel kernel = new SimulatedKernel(KernelOptions.defaults().seed(1));
    private final LibC peersCalls = kernel.anotherProcess();
    private final Sockets peers = new Sockets(peersCalls);
    private SteppedLoadBalancer lb;
    private int backendListener;

    private void open(Splice splice) throws Exception {
        backendListener = peers.listen(BACKEND, ListenOptions.defaults());
        lb =
                SteppedLoadBalancer.open(
                        Unchecked.builder()
                                .listen("127.0.0.1", FRONT.getPort())
                                .threads(1)
                                .splice(splice)
                                .backend("127.0.0.1", BACKEND.getPort()),
                        new Sockets(kernel),
                        kernel::nanoTime,
                        1,
                        options ->
                                EventLoop.over(
                                        new EpollPoller(kernel, 256),
                                        options.clock(kernel::nanoTime)));
    }

    @AfterEach
    void end() {
        lb.release();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("what comes behind it is passed on, once and again, and so is the end")
    void bytesBehindIt(Splice splice) throws Exception {
        open(splice);
        int client = peers.connect(FRONT);
        turn();
        int backend = peers.accept(backendListener);
        for (int round = 0; round < 3; round++) {
            send(client, "before");
            sendUrgent(client);
            send(client, "behind");
            turn();
            assertThat(receive(backend)).isEqualTo("beforebehind");
            sendUrgent(client);
            turn();
            send(client, "later");
            turn();
            assertThat(receive(backend)).isEqualTo("later");
        }
        send(backend, "bye");
        sendUrgent(backend);
        send(backend, "bye");
        peers.close(backend);
        turn();
        assertThat(receive(client)).isEqualTo("byebye");
        assertThat(peers.read(client, ByteBuffer.allocate(1))).isZero();
    }

    /** Until nothing happens any more. */
    private void turn() throws Exception {
        do {
            kernel.advanceTo(kernel.nanoTime() + 1_000_000);
        } while (lb.turn() > 0);
    }

    private void send(int fd, String text) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        assertThat(peers.write(fd, bytes)).isEqualTo(text.length());
    }

    private void sendUrgent(int fd) {
        try (NativeMemory urgent = NativeMemory.allocate(1)) {
            assertThat(peersCalls.send(fd, urgent.address(), 1, MSG_OOB)).isEqualTo(1);
        }
    }

    private String receive(int fd) {
        ByteBuffer bytes = ByteBuffer.allocate(100);
        int count = peers.read(fd, bytes);
        while (count > 0) {
            count = peers.read(fd, bytes);
        }
        return StandardCharsets.US_ASCII.decode(bytes.flip()).toString();
    }
}
