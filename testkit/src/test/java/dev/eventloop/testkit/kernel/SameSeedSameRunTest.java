package dev.eventloop.testkit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.Sockets;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("fast")
final class SameSeedSameRunTest extends KernelCase {
    private static final int BYTES = 200_000;

    @Test
    void byteForByte() throws Exception {
        List<String> first = run(42, Faults.rare());
        assertThat(first).hasSizeGreaterThan(100);
        assertThat(run(42, Faults.rare())).isEqualTo(first);
        assertThat(run(43, Faults.rare())).isNotEqualTo(first);
    }

    /** Harmless faults delay and split transfers, and lose no byte. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void harmlessFaultsLoseNothing(int seed) throws Exception {
        run(seed, Faults.harmless());
        assertThat(received).isEqualTo(BYTES);
    }

    private int received;

    /** Sends many bytes through small buffers; returns the trace. */
    private List<String> run(long seed, Faults faults) throws Exception {
        List<String> trace = new ArrayList<>();
        received = 0;
        use(
                KernelOptions.defaults()
                        .seed(seed)
                        .faults(faults)
                        .latency(Duration.ZERO, Duration.ofMillis(3))
                        .socketBuffer(4_000)
                        .trace(trace::add));
        SimulatedKernel peer = kernel.anotherProcess();
        Sockets theirs = new Sockets(peer);
        int listener = theirs.listen(ANY_PORT, ListenOptions.defaults());
        int client = sockets.connect(theirs.localAddress(listener));
        settle();
        new Source(theirs, theirs.accept(listener), peer, new SplittableRandom(seed)).run();
        ByteBuffer buffer = ByteBuffer.allocate(3_000);
        while (true) {
            kernel.poll(pollfd(client), 1, 1_000 * MILLI);
            int count = sockets.read(client, buffer.clear());
            boolean later = name(count).equals("EAGAIN") || name(count).equals("EINTR");
            if (count == 0 || (count < 0 && !later)) {
                break;
            }
            for (int i = 0; i < count; i++) {
                assertThat(buffer.get(i)).isEqualTo((byte) (received++ * 31));
            }
        }
        sockets.close(client);
        assertThat(kernel.openFiles()).isZero();
        return trace;
    }

    private long pollfd(int fd) {
        memory.buffer().putInt(0, fd);
        memory.buffer().putShort(4, (short) PollBits.IN);
        return memory.address();
    }

    /** Writes at random intervals, and closes the connection at the end. */
    private static final class Source implements Runnable {
        private final Sockets sockets;
        private final int fd;
        private final SimulatedKernel process;
        private final SplittableRandom random;
        private int sent;

        Source(Sockets sockets, int fd, SimulatedKernel process, SplittableRandom random) {
            this.sockets = sockets;
            this.fd = fd;
            this.process = process;
            this.random = random;
        }

        @Override
        public void run() {
            ByteBuffer piece = ByteBuffer.allocate(Math.min(2_000, BYTES - sent));
            for (int i = 0; i < piece.capacity(); i++) {
                piece.put(i, (byte) ((sent + i) * 31));
            }
            int count = sockets.write(fd, piece);
            sent += Math.max(0, count);
            if (sent == BYTES) {
                sockets.close(fd);
            } else if (count > 0 || name(count).equals("EAGAIN")) {
                process.after(random.nextLong(2 * MILLI), this);
            } else {
                sockets.close(fd);
            }
        }
    }
}
