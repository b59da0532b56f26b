package dev.eventloop.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** UDP over the loopback interface, with each kind of buffer. */
@Timeout(60)
@Tag("fast")
final class DatagramsAreSentWholeTest {
    private final Sockets sockets = Sockets.system();
    private int server;
    private int client;
    private NativeAddress serverAddress;
    private final NativeAddress source = new NativeAddress();

    @BeforeEach
    void open() throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = sockets.bindDatagram(any);
        client = sockets.bindDatagram(any);
        serverAddress = NativeAddress.of(sockets.localAddress(server));
    }

    @AfterEach
    void close() {
        sockets.close(server);
        sockets.close(client);
        serverAddress.close();
        source.close();
    }

    @Test
    void fromAndToHeapAndDirectBuffers() {
        for (boolean direct : new boolean[] {false, true}) {
            ByteBuffer sent = direct ? ByteBuffer.allocateDirect(8) : ByteBuffer.allocate(8);
            sent.putLong(0, 0x0102030405060708L).position(2).limit(5);
            assertThat(sockets.send(client, sent, serverAddress)).isEqualTo(3);
            assertThat(sent.position()).isEqualTo(5);

            ByteBuffer received = direct ? ByteBuffer.allocate(8) : ByteBuffer.allocateDirect(8);
            received.position(1);
            assertThat(sockets.receive(server, received, source)).isEqualTo(3);
            assertThat(received.position()).isEqualTo(4);
            assertThat(received.get(1)).isEqualTo((byte) 3);
            assertThat(received.get(3)).isEqualTo((byte) 5);
            assertThat(source.toSocketAddress()).isEqualTo(sockets.localAddress(client));
        }
    }

    @Test
    void overAPath(@TempDir Path folder) throws Exception {
        UnixDomainSocketAddress path = UnixDomainSocketAddress.of(folder.resolve("socket"));
        int receiver = sockets.bindDatagram(path);
        try (NativeAddress address = NativeAddress.of(path)) {
            int sender = sockets.datagramSocket(address);
            assertThat(sockets.send(sender, ByteBuffer.wrap(new byte[] {7, 8}), address))
                    .isEqualTo(2);
            sockets.close(sender);
            ByteBuffer received = ByteBuffer.allocate(8);
            assertThat(sockets.receive(receiver, received, null)).isEqualTo(2);
            assertThat(received.get(1)).isEqualTo((byte) 8);
            assertThatThrownBy(() -> sockets.bindDatagram(path))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContaining("EADDRINUSE");
        } finally {
            sockets.close(receiver);
        }
    }

    @Test
    void ofTheLargestSize() {
        for (boolean direct : new boolean[] {false, true}) {
            int most = 65_507;
            ByteBuffer sent = direct ? ByteBuffer.allocateDirect(most) : ByteBuffer.allocate(most);
            assertThat(sockets.send(client, sent, serverAddress)).isEqualTo(most);
            ByteBuffer received = ByteBuffer.allocate(most);
            assertThat(sockets.receive(server, received, null)).isEqualTo(most);
        }
        ByteBuffer tooLarge = ByteBuffer.allocate(100_000);
        assertThat(sockets.send(client, tooLarge, serverAddress)).isEqualTo(-Errno.EMSGSIZE);
        assertThat(tooLarge.remaining()).isEqualTo(100_000);
    }

    @Test
    void andAReadOnlyBufferIsRefusedBeforeOneIsTaken() {
        sockets.send(client, ByteBuffer.wrap(new byte[] {7}), serverAddress);
        for (ByteBuffer each :
                new ByteBuffer[] {ByteBuffer.allocate(8), ByteBuffer.allocateDirect(8)}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> sockets.receive(server, each.asReadOnlyBuffer(), source))
                    .withMessageContaining("read-only");
        }
        assertThat(sockets.receive(server, ByteBuffer.allocate(8), source)).isEqualTo(1);
    }

    @Test
    void withoutAllocation() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int rounds = 20_000;
        exchange(rounds); // links the natives
        long before = threads.getCurrentThreadAllocatedBytes();
        exchange(rounds);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated).as("bytes in %d rounds", rounds).isLessThan(rounds);
    }

    private void exchange(int rounds) {
        try (NativeBuffer buffer = NativeBuffer.allocate(64)) {
            for (int i = 0; i < rounds; i++) {
                buffer.put((byte) i);
                int sent = sockets.send(client, buffer, serverAddress);
                int received = sockets.receive(server, buffer, source);
                if (sent != 1 || received != 1 || buffer.get() != (byte) i) {
                    throw new AssertionError("round " + i + ": " + sent + ", " + received);
                }
            }
        }
    }
}
