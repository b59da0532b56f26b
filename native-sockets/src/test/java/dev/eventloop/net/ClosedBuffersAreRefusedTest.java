package dev.eventloop.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.eventloop.libc.Errno;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Memory that was freed never reaches the kernel: use after close is an IllegalStateException. */
@Tag("fast")
final class ClosedBuffersAreRefusedTest extends SocketsCase {
    private static void assertRefused(ThrowingCallable call) {
        assertThatIllegalStateException()
                .isThrownBy(call)
                .withMessageContaining("is used after close()");
    }

    private static NativeBuffer closed() {
        NativeBuffer buffer = NativeBuffer.allocate(16);
        buffer.put((byte) 'x');
        buffer.close();
        return buffer;
    }

    @Test
    @DisplayName("a read into a closed buffer is refused and leaves the bytes in the socket")
    void readIntoAClosedBuffer() throws Exception {
        int[] pair = own(sockets.pair());
        send(pair[0], "kept");
        NativeBuffer buffer = closed();
        assertRefused(() -> sockets.read(pair[1], buffer));
        assertThat(receive(pair[1])).isEqualTo("kept");
    }

    @Test
    @DisplayName("a write from a closed buffer is refused and sends nothing")
    void writeFromAClosedBuffer() throws Exception {
        int[] pair = own(sockets.pair());
        NativeBuffer buffer = closed();
        try (NativeBuffer open = NativeBuffer.allocate(16)) {
            open.put((byte) 'y');
            NativeBuffer[] both = {open, buffer};
            assertRefused(() -> sockets.write(pair[0], buffer));
            assertRefused(() -> sockets.write(pair[0], both, 0, 2));
            assertThat(open.readable()).isEqualTo(1);
        }
        assertThat(sockets.read(pair[1], ByteBuffer.allocate(1))).isEqualTo(-Errno.EAGAIN);
    }

    @Test
    @DisplayName("a closed buffer neither takes nor gives bytes")
    void putAndGet() {
        NativeBuffer buffer = closed();
        assertRefused(() -> buffer.put((byte) 1));
        assertRefused(() -> buffer.put(ByteBuffer.allocate(1)));
        assertRefused(buffer::get);
        assertRefused(() -> buffer.get(ByteBuffer.allocate(1)));
        assertRefused(() -> buffer.peek(0));
        assertThat(buffer.readable()).isZero();
        assertThat(buffer).hasToString("NativeBuffer[0 of 16 bytes]");
        buffer.close();
    }

    @Test
    @DisplayName("a closed address is refused by every call that takes one")
    void closedAddresses() throws Exception {
        int[] tcp = connection();
        NativeAddress address =
                NativeAddress.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
        address.close();
        assertThat(address).hasToString("closed address");
        assertRefused(() -> sockets.connect(address));
        assertRefused(() -> sockets.connect(tcp[0], address));
        assertRefused(() -> sockets.localAddress(tcp[0], address));
        assertRefused(() -> sockets.remoteAddress(tcp[0], address));
        assertRefused(() -> sockets.accept(tcp[0], address));
        assertRefused(address::toSocketAddress);
        assertRefused(address::port);
    }
}
