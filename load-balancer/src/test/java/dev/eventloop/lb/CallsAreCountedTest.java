package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LinuxLibC;
import dev.eventloop.net.Sockets;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How many times the kernel is called for a request, and for a connection. Each call of the lists
 * below is there for a reason, and another one needs another.
 */
@Tag("fast")
class CallsAreCountedTest {
    private static final String WAIT = "epollWait";

    private final SteppedScene scene = new SteppedScene();
    private final Sockets peers = scene.peers();
    private final List<String> calls = new ArrayList<>();
    private final List<Integer> clients = new ArrayList<>();
    private final List<Integer> backends = new ArrayList<>();

    private void open(Splice splice) throws Exception {
        LinuxLibC counted =
                (LinuxLibC)
                        Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                new Class<?>[] {LinuxLibC.class},
                                (proxy, method, arguments) -> {
                                    calls.add(method.getName());
                                    try {
                                        return method.invoke(scene.kernel(), arguments);
                                    } catch (InvocationTargetException e) {
                                        throw e.getCause();
                                    }
                                });
        scene.open(splice, counted);
    }

    @AfterEach
    void end() {
        scene.close();
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
        scene.send(clients.get(0), "question");
        scene.turn();
        assertThat(receive(backends.get(0))).isEqualTo("question");
        scene.send(backends.get(0), "answer");
        peers.close(backends.get(0));
        scene.turn();
        assertThat(receive(clients.get(0))).isEqualTo("answer");
        peers.close(clients.get(0));
        scene.turn();

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
            scene.send(clients.get(i), "question");
        }
        scene.turn();
        for (int i = 0; i < count; i++) {
            assertThat(receive(backends.get(i))).isEqualTo("question");
            scene.send(backends.get(i), "answer");
        }
        scene.turn();
        for (int i = 0; i < count; i++) {
            assertThat(receive(clients.get(i))).isEqualTo("answer");
        }
    }

    private void connect(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            clients.add(scene.connect());
        }
        scene.turn();
        for (int i = 0; i < count; i++) {
            backends.add(scene.accept());
        }
    }

    private void closeAll() throws Exception {
        clients.forEach(peers::close);
        backends.forEach(peers::close);
        clients.clear();
        backends.clear();
        scene.turn();
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
