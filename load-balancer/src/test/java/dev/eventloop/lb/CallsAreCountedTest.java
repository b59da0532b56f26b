package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.libc.Errno;
import dev.eventloop.net.Sockets;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The system calls of a request, and of a connection. These lists are exact: a change that adds a
 * call must justify it here.
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
        scene.open(splice, scene.recorded(calls));
    }

    @AfterEach
    void end() {
        scene.close();
    }

    @Test
    @DisplayName("a request costs two reads, two writes and its share of the waits")
    void requestCostsFourCalls() throws Exception {
        open(Splice.AUTO);
        connect(64);
        calls.clear();
        ask(64);
        assertThat(calls).doesNotContain("setsockopt");
        ask(64); // the second write sets TCP_NODELAY
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
        assertThat(count(WAIT))
                .isLessThanOrEqualTo(4L * rounds); // some waits of turn() return no events
    }

    @Test
    @DisplayName("the calls of a connection with one request, closed by the backend")
    void shortConnectionCostsSeventeenCalls() throws Exception {
        open(Splice.AUTO);
        connect(1); // fills the pools
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
                        "accept", // also returns the peer address
                        "socket",
                        "connect",
                        "getpeername", // already connected? then no wait for EPOLLOUT
                        "epollCtl", // adds the backend
                        "epollCtl", // adds the client
                        "recv", // most clients have sent data by now; this one has not: EAGAIN
                        "accept", // until EAGAIN: the backlog is empty
                        "recv", // the request
                        "send",
                        "recv", // the response
                        "send",
                        "recv", // EOF: a short read may also end before urgent data
                        "shutdown", // passes the EOF on
                        "recv", // the client's EOF
                        "close",
                        "close");
    }

    @Test
    @DisplayName("ALWAYS splices every transfer, however short, also late in a connection")
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

    /** One request and its response on each of the connections. */
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
