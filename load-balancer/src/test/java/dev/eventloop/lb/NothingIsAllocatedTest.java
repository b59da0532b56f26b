package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.eventloop.BackendInfo;
import dev.eventloop.EventLoop;
import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.lb.fixture.Unchecked;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Relaying a message allocates nothing on the heap. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class NothingIsAllocatedTest {
    private static final int CONNECTIONS = 4;
    private static final int MESSAGES = 30_000;

    /** One round must allocate nothing; recompilation and late class loading may spoil others. */
    private static final int ROUNDS = 6;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static Stream<String> backends() {
        return EventLoop.backends().stream().filter(BackendInfo::available).map(BackendInfo::name);
    }

    @ParameterizedTest
    @MethodSource("backends")
    @DisplayName("30,000 messages there and back: the loop's thread allocates no byte")
    void relayingAllocatesNothing(String backend) throws Exception {
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb =
                        Unchecked.builder()
                                .listen("127.0.0.1", 0)
                                .threads(1)
                                .eventBackend(backend)
                                .backend("127.0.0.1", server.port())
                                .start()) {
            List<Peer> clients = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                clients.add(Peer.connect(lb.port()));
            }
            relay(clients, 5_000); // warm-up: loads the classes
            long thread = threadOf(lb);
            long allocated = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS && allocated > 0; round++) {
                long before = THREADS.getThreadAllocatedBytes(thread);
                relay(clients, MESSAGES);
                allocated = THREADS.getThreadAllocatedBytes(thread) - before;
            }
            assertThat(allocated).isZero();
            for (Peer client : clients) {
                client.close();
            }
        }
    }

    private static void relay(List<Peer> clients, int messages) throws Exception {
        byte[] message = new byte[100];
        byte[] answer = new byte[100];
        for (int i = 0; i < messages / clients.size(); i++) {
            for (Peer client : clients) {
                client.send(message, 0, message.length);
            }
            for (Peer client : clients) {
                for (int at = 0; at < answer.length; ) {
                    at += client.read(answer, at, answer.length - at);
                }
            }
        }
    }

    private static long threadOf(LoadBalancer lb) throws Exception {
        CompletableFuture<Long> id = new CompletableFuture<>();
        lb.workers().get(0).execute(() -> id.complete(Thread.currentThread().getId()));
        return id.get();
    }
}
