package dev.eventloop.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Reads and writes of sockets and pipes, with every kind of buffer. */
@Tag("fast")
class SocketsTransferTest extends SocketsCase {
    private static ByteBuffer heap(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static ByteBuffer direct(String text) {
        return ByteBuffer.allocateDirect(text.length()).put(heap(text)).flip();
    }

    /** Limits a buffer to its middle, so that the position is not 0. */
    private static ByteBuffer part(ByteBuffer whole) {
        return whole.position(3).limit(whole.capacity() - 2);
    }

    private static String text(ByteBuffer buffer) {
        return StandardCharsets.US_ASCII.decode(buffer.duplicate()).toString();
    }

    private int[][] streams() throws Exception {
        int[] pipe = own(sockets.pipe());
        return new int[][] {connection(), own(sockets.pair()), {pipe[1], pipe[0]}};
    }

    @Test
    void directAndHeapBuffersCarryWhatIsBetweenPositionAndLimit() throws Exception {
        for (int[] stream : streams()) {
            for (ByteBuffer source : new ByteBuffer[] {heap("...abc.."), direct("...abc..")}) {
                for (ByteBuffer target :
                        new ByteBuffer[] {ByteBuffer.allocate(10), ByteBuffer.allocateDirect(10)}) {
                    part(source);
                    assertThat(sockets.write(stream[0], source)).isEqualTo(3);
                    assertThat(source.position()).isEqualTo(6);
                    part(target);
                    assertThat(patiently(() -> sockets.read(stream[1], target))).isEqualTo(3);
                    assertThat(target.position()).isEqualTo(6);
                    assertThat(target.limit()).isEqualTo(8);
                    assertThat(text(target.flip().position(3))).isEqualTo("abc");
                    target.clear();
                    source.clear();
                }
            }
        }
    }

    @Test
    void slicesAndReadOnlyBuffersAreWrittenToo() throws Exception {
        int[] pair = own(sockets.pair());
        ByteBuffer[] sources = {
            part(heap("...abc..")).slice(),
            part(direct("...abc..")).slice(),
            heap("abc").asReadOnlyBuffer(),
            direct("abc").asReadOnlyBuffer()
        };
        for (ByteBuffer source : sources) {
            assertThat(sockets.write(pair[0], source)).isEqualTo(3);
            assertThat(source.hasRemaining()).isFalse();
            assertThat(receive(pair[1])).isEqualTo("abc");
        }
    }

    @Test
    void readingIntoAReadOnlyBufferIsRefusedAndReadsNothing() throws Exception {
        for (int[] stream : streams()) {
            for (ByteBuffer target :
                    new ByteBuffer[] {
                        ByteBuffer.allocate(10).asReadOnlyBuffer(),
                        ByteBuffer.allocateDirect(10).asReadOnlyBuffer()
                    }) {
                assertThat(sockets.write(stream[0], heap("SECRET"))).isEqualTo(6);
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> sockets.read(stream[1], target))
                        .withMessageContaining("read-only");
                assertThat(target.position()).isZero();
                int[] others = own(sockets.pair());
                assertThat(sockets.write(others[0], heap("hello"))).isEqualTo(5);
                assertThat(receive(others[1])).isEqualTo("hello");
                assertThat(receive(stream[1])).isEqualTo("SECRET");
            }
        }
    }

    /** Bytes that one call left in scratch memory must not reach another fd. */
    @Test
    void aCallThatFailsLeavesNothingForTheNextOne() throws Exception {
        int[] pair = own(sockets.pair());
        int[] others = own(sockets.pair());
        assertThat(sockets.write(pair[0], heap("SECRET"))).isEqualTo(6);
        assertThat(sockets.write(-1, heap("SECRET"))).isEqualTo(-Errno.EBADF);
        assertThat(sockets.read(-1, ByteBuffer.allocate(8))).isEqualTo(-Errno.EBADF);
        assertThat(sockets.read(pair[1], ByteBuffer.allocate(2))).isEqualTo(2);
        assertThat(sockets.write(others[0], heap("hello"))).isEqualTo(5);
        assertThat(receive(others[1])).isEqualTo("hello");
        assertThat(receive(pair[1])).isEqualTo("CRET");
    }

    @Test
    void nativeBuffersCarryWhatIsInThem() throws Exception {
        for (int[] stream : streams()) {
            try (NativeBuffer source = NativeBuffer.allocate(8);
                    NativeBuffer target = NativeBuffer.allocate(8)) {
                source.put(heap("abcdef"));
                assertThat(sockets.write(stream[0], source)).isEqualTo(6);
                assertThat(source.readable()).isZero();
                assertThat(patiently(() -> sockets.read(stream[1], target))).isEqualTo(6);
                assertThat(target.readable()).isEqualTo(6);
                ByteBuffer text = ByteBuffer.allocate(4);
                assertThat(target.get(text)).isEqualTo(4);
                assertThat(text(text.flip())).isEqualTo("abcd");
                assertThat(target.readable()).isEqualTo(2);
            }
        }
    }

    @Test
    void manyBuffersAreWrittenAtOnceInTheirOrder() throws Exception {
        for (int[] stream : streams()) {
            NativeBuffer[] parts = {null, nativeBuffer("ab"), nativeBuffer(""), nativeBuffer("cd")};
            assertThat(sockets.write(stream[0], parts, 1, 3)).isEqualTo(4);
            assertThat(parts[1].readable() + parts[3].readable()).isZero();
            assertThat(receive(stream[1])).isEqualTo("abcd");
            assertThat(sockets.write(stream[0], parts, 1, 3)).isZero();
            free(parts);
        }
    }

    @Test
    void whatDoesNotFitOfManyBuffersStaysInThem() throws Exception {
        for (int[] stream : streams()) {
            NativeBuffer[] parts = new NativeBuffer[2000]; // more than IOV_MAX
            for (int i = 0; i < parts.length; i++) {
                parts[i] = nativeBuffer("%04d".formatted(i).repeat(1000));
            }
            int written = 0;
            int first = 0;
            StringBuilder received = new StringBuilder();
            while (first < parts.length) {
                int count = sockets.write(stream[0], parts, first, parts.length - first);
                if (count == -Errno.EAGAIN) {
                    received.append(receive(stream[1]));
                    continue;
                }
                assertThat(count).isPositive();
                written += count;
                while (first < parts.length && parts[first].readable() == 0) {
                    first++;
                }
            }
            while (received.length() < written) {
                received.append(receive(stream[1]));
            }
            assertThat(written).isEqualTo(2000 * 4000);
            for (int i = 0; i < parts.length; i++) {
                String part = received.substring(i * 4000, (i + 1) * 4000);
                assertThat(part).isEqualTo("%04d".formatted(i).repeat(1000));
            }
            free(parts);
        }
    }

    @Test
    void manyBuffersToNobodyAreEpipeAndStay() throws Exception {
        for (int[] stream : streams()) {
            close(stream[1]);
            NativeBuffer[] parts = {nativeBuffer("ab"), nativeBuffer("cd")};
            int count;
            do { // TCP accepts bytes until the RST arrives
                parts[0].put(heap("."));
                count = sockets.write(stream[0], parts, 0, 2);
            } while (count > 0);
            assertThat(-count).isIn(Errno.EPIPE, Errno.ECONNRESET);
            free(parts);
        }
    }

    private static NativeBuffer nativeBuffer(String text) {
        NativeBuffer buffer = NativeBuffer.allocate(Math.max(16, text.length()));
        buffer.put(heap(text));
        return buffer;
    }

    private static void free(NativeBuffer... buffers) {
        for (NativeBuffer buffer : buffers) {
            if (buffer != null) {
                buffer.close();
            }
        }
    }

    @Test
    void nothingToReadIsEagainAndMovesNoBuffer() throws Exception {
        for (int[] stream : streams()) {
            ByteBuffer[] targets = {ByteBuffer.allocate(4), ByteBuffer.allocateDirect(4)};
            for (ByteBuffer target : targets) {
                assertThat(sockets.read(stream[1], target)).isEqualTo(-Errno.EAGAIN);
                assertThat(target.position()).isZero();
            }
            try (NativeBuffer target = NativeBuffer.allocate(4)) {
                assertThat(sockets.read(stream[1], target)).isEqualTo(-Errno.EAGAIN);
                assertThat(target.readable()).isZero();
            }
        }
    }

    @Test
    void noRoomToWriteIsEagainAndEveryByteBeforeArrives() throws Exception {
        for (int[] stream : streams()) {
            Random random = new Random(1);
            ByteBuffer chunk = ByteBuffer.allocate(10_000);
            long written = 0;
            int sum = 0;
            int count = 0;
            while (count != -Errno.EAGAIN) {
                random.nextBytes(chunk.array());
                count = sockets.write(stream[0], chunk.clear());
                for (int i = 0; i < count; i++) {
                    sum += chunk.get(i);
                }
                written += Math.max(0, count);
            }
            assertThat(chunk.position()).isZero();
            close(stream[0]);
            int received = 0;
            while (patiently(() -> sockets.read(stream[1], chunk.clear())) > 0) {
                for (int i = 0; i < chunk.position(); i++) {
                    sum -= chunk.get(i);
                }
                received += chunk.position();
            }
            assertThat(received).isEqualTo(written);
            assertThat(sum).isZero();
        }
    }

    @Test
    void theEndOfTheStreamIsZero() throws Exception {
        for (int[] stream : streams()) {
            send(stream[0], "last");
            close(stream[0]);
            assertThat(receive(stream[1])).isEqualTo("last");
            assertThat(patiently(() -> sockets.read(stream[1], ByteBuffer.allocate(4)))).isZero();
            assertThat(sockets.read(stream[1], ByteBuffer.allocateDirect(4))).isZero();
        }
    }

    @Test
    void writingToNobodyIsEpipeAndKillsNoProcess() throws Exception {
        for (int[] stream : streams()) {
            close(stream[1]);
            ByteBuffer byteBuffer = ByteBuffer.allocateDirect(1);
            int result = sockets.write(stream[0], byteBuffer.clear());
            while (result != -Errno.EPIPE) { // TCP gets an RST in response to the first bytes
                assertThat(result).isIn(1, -Errno.ECONNRESET);
                result = sockets.write(stream[0], byteBuffer.clear());
            }
            assertThat(sockets.write(stream[0], heap("x"))).isEqualTo(-Errno.EPIPE);
        }
    }

    @Test
    void shutdownWriteEndsOneDirectionOnly() throws Exception {
        for (int[] stream : new int[][] {connection(), own(sockets.pair())}) {
            send(stream[0], "question");
            sockets.shutdownWrite(stream[0]);
            assertThat(receive(stream[1])).isEqualTo("question");
            assertThat(receive(stream[1])).isEmpty();
            send(stream[1], "answer");
            assertThat(receive(stream[0])).isEqualTo("answer");
            assertThat(sockets.write(stream[0], heap("x"))).isEqualTo(-Errno.EPIPE);
        }
    }

    @Test
    void aResetGivesThePeerEconnreset() throws Exception {
        int[] tcp = connection();
        reset(tcp[0]);
        assertThat(patiently(() -> sockets.read(tcp[1], ByteBuffer.allocate(1))))
                .isEqualTo(-Errno.ECONNRESET);
    }

    @Test
    void anEmptyBufferMovesNothing() throws Exception {
        int[] pair = own(sockets.pair());
        send(pair[0], "x");
        assertThat(sockets.read(pair[1], ByteBuffer.allocate(0))).isZero();
        assertThat(sockets.read(pair[1], ByteBuffer.allocateDirect(0))).isZero();
        assertThat(sockets.write(pair[1], ByteBuffer.allocate(0))).isZero();
        assertThat(receive(pair[1])).isEqualTo("x");
    }

    @Test
    void aHeapBufferOfAnySizeArrivesWhole() throws Exception {
        int[] pair = own(sockets.pair());
        byte[] bytes = new byte[300_000];
        new Random(3).nextBytes(bytes);
        ByteBuffer source = ByteBuffer.wrap(bytes);
        ByteBuffer target = ByteBuffer.allocate(bytes.length);
        while (target.hasRemaining()) {
            int written = sockets.write(pair[0], source);
            assertThat(written).isGreaterThanOrEqualTo(-Errno.EAGAIN);
            int read = sockets.read(pair[1], target);
            assertThat(read).isGreaterThanOrEqualTo(-Errno.EAGAIN);
        }
        assertThat(target.array()).isEqualTo(bytes);
    }

    @Test
    void unacknowledgedCountsWhatThePeersSystemHasNotTaken() throws Exception {
        int[] tcp = connection();
        assumeTrue(
                LibC.system().unacknowledged(tcp[0]) >= 0,
                "this system does not count unacknowledged bytes");
        assertThat(sockets.unacknowledged(tcp[0])).isZero();
        ByteBuffer chunk = ByteBuffer.allocateDirect(1 << 16);
        while (sockets.write(tcp[0], chunk.clear()) >= 0) {
            chunk.clear();
        }
        assertThat(sockets.unacknowledged(tcp[0])).isPositive();
        assertThat(sockets.unacknowledged(-1)).isZero();
    }
}
