package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventLoop;
import dev.eventloop.epoll.EpollPoller;
import dev.eventloop.lb.fixture.Unchecked;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LinuxLibC;
import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.Sockets;
import dev.eventloop.testkit.kernel.KernelOptions;
import dev.eventloop.testkit.kernel.SimulatedKernel;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * How many times the kernel is called for a request, and for a connection. Each call of the lists
 * below is there for a reason, and another one needs another.
 */
class CallsAreCountedTest {
    private static final InetSocketAddress BACKEND =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 9001);
    private static final InetSocketAddress FRONT =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080);
    private static final String WAIT = "epollWait";

    private final SimulatedKernel kernel = new SimulatedKernel(KernelOptions.defaults().seed(1));
    private final Sockets peers = new Sockets(kernel.anotherProcess());
    private final List<String> calls = new ArrayList<>();
    private final List<Integer> clients = new ArrayList<>();
    private final List<Integer> backends = new ArrayList<>();
    private SteppedLoadBalancer lb;
    private int backendListener;

    private void open(Splice splice) throws Exception {
        LinuxLibC counted =
                (LinuxLibC)
                        Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                new Class<?>[] {LinuxLibC.class},
                                (proxy, method, arguments) -> {
                                    calls.add(method.getName());
                                    try {
                                        return method.invoke(kernel, arguments);
                                    } catch (InvocationTargetException e) {
                                        throw e.getCause();
                                    }
                                });
        backendListener = peers.listen(BACKEND, ListenOptions.defaults());
        lb =
                SteppedLoadBalancer.open(
                        Unchecked.builder()
                                .listen("127.0.0.1", FRONT.getPort())
                                .threads(1)
                                .maxClients(1000)
                                .splice(splice)
                                .backend("127.0.0.1", BACKEND.getPort()),
                        new Sockets(counted),
                        kernel::nanoTime,
                        1,
                        options ->
                                EventLoop.over(
                                        new EpollPoller(counted, 256),
                                        options.clock(kernel::nanoTime)));
    }

    @AfterEach
    void end() {
        lb.release();
    }

    @Test
    @DisplayName("a request costs two reads and two writes, and its share of the waits")
    void requestCostsFourCalls() throws Exception {
        open(Splice.AUTO);
        connect(64);
        calls.clear();
        ask(64);
        assertThat(calls).doesNotContain("setsockopt");
        ask(64); // the second write to a backend may have to wait for nothing
        assertThat(count("setsockopt")).isEqualTo(64);
        calls.clear();

        int rounds = 100;
        for (int round = 0; round < rounds; round++) {
            ask(64);
        }
        int requests = 64 * rounds;
        assertThat(calls).containsOnly("recv", "send", WAIT);
        assertThat(count("recv")).isEqualTo(2L * requests);
        assertThat(count("send")).isEqualTo(2L * requests);
        assertThat(count(WAIT)).isLessThanOrEqualTo(4L * rounds); // those of turn() find nothing
    }

    @Test
    @DisplayName("what a connection costs that asks once and is closed by the backend")
    void shortConnectionCostsSeventeenCalls() throws Exception {
        open(Splice.AUTO);
        connect(1); // so that the pools are filled
        closeAll();
        calls.clear();

        connect(1);
        send(clients.get(0), "question");
        turn();
        assertThat(receive(backends.get(0))).isEqualTo("question");
        send(backends.get(0), "answer");
        peers.close(backends.get(0));
        turn();
        assertThat(receive(clients.get(0))).isEqualTo("answer");
        peers.close(clients.get(0));
        turn();

        calls.removeIf(WAIT::equals);
        assertThat(calls)
                .containsExactly(
                        "accept", // it tells who comes
                        "socket",
                        "connect",
                        "getpeername", // is it over already? then there is nothing to wait for
                        "epollCtl", // watches the backend
                        "epollCtl", // and the client
                        "recv", // most clients have spoken by now; this one has not
                        "accept", // nobody else: it was not known that there was only one
                        "recv", // the question
                        "send",
                        "recv", // the answer
                        "send",
                        "recv", // the end: a short read may also be one before urgent data
                        "shutdown", // passes it on
                        "recv", // the client's end
                        "close",
                        "close");
    }

    @Test
    @DisplayName(
            "who wants all spliced has all spliced, however little it is and however long it goes on")
    void alwaysIsAlways() throws Exception {
        open(Splice.ALWAYS);
        connect(3);
        ask(3);
        calls.clear();
        for (int round = 0; round < 10; round++) {
            ask(3);
        }
        calls.removeIf(call -> call.equals(WAIT) || call.equals("setsockopt"));
        assertThat(calls).hasSize(4 * 3 * 10).containsOnly("splice");
    }

    /** A question and its answer on each of the connections. */
    private void ask(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            send(clients.get(i), "question");
        }
        turn();
        for (int i = 0; i < count; i++) {
            assertThat(receive(backends.get(i))).isEqualTo("question");
            send(backends.get(i), "answer");
        }
        turn();
        for (int i = 0; i < count; i++) {
            assertThat(receive(clients.get(i))).isEqualTo("answer");
        }
    }

    private void connect(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            clients.add(peers.connect(FRONT));
        }
        turn();
        for (int i = 0; i < count; i++) {
            int fd = peers.accept(backendListener);
            assertThat(fd).isNotNegative();
            backends.add(fd);
        }
    }

    private void closeAll() throws Exception {
        clients.forEach(peers::close);
        backends.forEach(peers::close);
        clients.clear();
        backends.clear();
        turn();
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

    private String receive(int fd) {
        ByteBuffer bytes = ByteBuffer.allocate(100);
        int count = peers.read(fd, bytes);
        assertThat(count).as(() -> Errno.name(-count)).isPositive();
        return StandardCharsets.US_ASCII.decode(bytes.flip()).toString();
    }

    private long count(String call) {
        return calls.stream().filter(call::equals).count();
    }
}
