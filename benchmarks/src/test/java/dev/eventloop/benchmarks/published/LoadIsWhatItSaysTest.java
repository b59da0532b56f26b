package dev.eventloop.benchmarks.published;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The load's server and clients do what the tables say. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
final class LoadIsWhatItSaysTest {
    @ParameterizedTest
    @CsvSource({"epoll,LEVEL", "poll,LEVEL", "select,LEVEL", "epoll,EDGE", "epoll,EDGE_SHORT_READ"})
    @DisplayName("Requests larger than a buffer come back whole, under every trigger and backend")
    void requestsComeBack(String backend, EchoServer.Trigger trigger) throws Exception {
        EchoServer server = new EchoServer(backend, trigger, 256);
        List<Exception> failures = new ArrayList<>();
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                server.runUntilStopped();
                            } catch (Exception e) {
                                failures.add(e);
                            }
                        });
        thread.start();
        try (LoadGenerator load = new LoadGenerator()) {
            load.connect(server.port(), 20);
            for (int size : new int[] {1, 256, 300_000}) {
                LoadGenerator.Result result = load.load(10, size, 1);
                assertThat(result.requests()).isGreaterThanOrEqualTo(10);
                assertThat(result.median()).isLessThanOrEqualTo(result.p99());
            }
            load.disconnect();
            load.connect(server.port(), 1);
            assertThat(load.load(1, 64, 1).requests()).isPositive();
        } finally {
            server.stop();
            thread.join();
        }
        assertThat(failures).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(PacketSender.Way.class)
    @DisplayName("A batch is sent whole, also when it is larger than any socket buffer")
    void batchesAreSent(PacketSender.Way way) throws Exception {
        for (int size : new int[] {256, 200_000}) {
            PacketSender sender = new PacketSender(size);
            sender.send(way);
            sender.send(way);
            sender.close();
            assertThat(sender.received()).isEqualTo(2L * PacketSender.PACKETS * size);
        }
    }

    @ParameterizedTest
    @EnumSource(Allocation.Source.class)
    @DisplayName("Blocks from every source are taken and returned as often as requested")
    void allocates(Allocation.Source source) {
        try (Allocation allocation = new Allocation(source, 64)) {
            allocation.run(2500);
            assertThat(allocation.inUse()).isEqualTo(1000);
        }
    }

    @Test
    @DisplayName("A broadcast reaches every session's queue")
    void broadcasts() {
        Broadcast broadcast = new Broadcast();
        broadcast.run(true, 2);
        broadcast.run(false, 1);
        assertThat(broadcast.queued()).isEqualTo(3 * Broadcast.SESSIONS);
        broadcast.drain();
        assertThat(broadcast.queued()).isZero();
    }
}
