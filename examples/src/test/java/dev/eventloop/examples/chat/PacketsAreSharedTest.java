package dev.eventloop.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Payload;
import dev.eventloop.net.Sockets;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bytes are neither copied per receiver nor moved per packet. */
@Tag("fast")
class PacketsAreSharedTest {
    private static final Sockets SOCKETS = Sockets.system();

    @Test
    @DisplayName("a packet queued for a thousand exists once, until the last reference is released")
    void onePacketForAll() {
        PacketPool pool = new PacketPool();
        List<SendQueue> queues = new ArrayList<>();
        SharedPacket packet = pool.of(Protocol.SAY, "hello");
        for (int i = 0; i < 1_000; i++) {
            SendQueue queue = new SendQueue();
            assertThat(queue.offer(packet)).isTrue();
            queues.add(queue);
        }
        packet.release();
        assertThat(pool.taken()).isEqualTo(1);
        assertThat(packet.references()).isEqualTo(1_000);
        SendQueue last = queues.remove(0);
        queues.forEach(SendQueue::clear);
        assertThat(pool.taken()).isEqualTo(1);
        last.clear();
        assertThat(pool.taken()).isZero();
        assertThat(pool.of(Protocol.SAY, "again")).isSameAs(packet);
    }

    @Test
    @DisplayName("a queue takes 256 packets or 256 KiB, whichever comes first, and no more")
    void queueIsBounded() {
        PacketPool pool = new PacketPool();
        SendQueue queue = new SendQueue();
        SharedPacket small = pool.of(Protocol.SAY, "x");
        for (int i = 0; i < SendQueue.MOST_PACKETS; i++) {
            assertThat(queue.offer(small)).isTrue();
        }
        assertThat(queue.offer(small)).isFalse();
        queue.clear();
        SharedPacket large = pool.of(Protocol.SAY, new byte[Protocol.MOST - 1]);
        int fit = SendQueue.MOST_BYTES / large.length();
        for (int i = 0; i < fit; i++) {
            assertThat(queue.offer(large)).isTrue();
        }
        assertThat(queue.offer(large)).isFalse();
        assertThat(large.references()).isEqualTo(1 + fit);
    }

    @Test
    @DisplayName("packets split in any way arrive completely, and are hardly ever moved")
    void receiveBufferIsLazy() throws Exception {
        Random random = new Random(5);
        ByteBuffer sent = ByteBuffer.allocate(4 * Payload.MIB);
        List<Integer> lengths = new ArrayList<>();
        while (sent.remaining() > 2 * Protocol.MOST) {
            int length = 1 + random.nextInt(random.nextBoolean() ? 50 : Protocol.MOST);
            lengths.add(length);
            sent.putInt(length).put((byte) lengths.size());
            sent.put(Payload.random(lengths.size(), length - 1));
        }
        sent.flip();
        int total = sent.remaining();
        int[] pair = SOCKETS.pair();
        ReceiveBuffer buffer = new ReceiveBuffer();
        int packet = 0;
        while (packet < lengths.size()) {
            int piece = Math.min(sent.remaining(), 1 + random.nextInt(8_000));
            ByteBuffer part = sent.slice(sent.position(), piece);
            int written = piece == 0 ? 0 : SOCKETS.write(pair[0], part);
            sent.position(sent.position() + Math.max(0, written));
            assertThat(buffer.readFrom(SOCKETS, pair[1])).isPositive();
            while (buffer.has(Protocol.HEADER)
                    && buffer.has(Protocol.HEADER + buffer.declaredLength())) {
                assertThat(buffer.declaredLength()).isEqualTo(lengths.get(packet));
                packet++;
                assertThat(buffer.type()).isEqualTo((byte) packet);
                byte[] text = new byte[buffer.text().remaining()];
                ByteBuffer ignored = buffer.text().get(text);
                assertThat(text).isEqualTo(Payload.random(packet, text.length));
                buffer.drop();
            }
        }
        assertThat(buffer.isEmpty()).isTrue();
        assertThat(buffer.compactions()).isBetween(1L, total / (long) Protocol.MOST);
        SOCKETS.close(pair[0]);
        SOCKETS.close(pair[1]);
    }
}
