package dev.eventloop.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.eventloop.libc.SocketConstants;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The bytes of struct sockaddr on each system, tested on any machine. */
@Timeout(60)
@Tag("fast")
final class SockaddrLayoutTest {
    private static final List<SockaddrLayout> ALL =
            List.of(SockaddrLayout.LINUX, SockaddrLayout.BSD);

    private static InetSocketAddress inet(String host, int port) throws UnknownHostException {
        return new InetSocketAddress(host, port);
    }

    /** The bytes that would be passed to the kernel. */
    private static byte[] bytes(SocketAddress address, SockaddrLayout layout) {
        try (NativeAddress encoded = NativeAddress.of(address, layout)) {
            byte[] bytes = new byte[encoded.length()];
            encoded.bytes().get(bytes);
            return bytes;
        }
    }

    @Test
    void linuxBeginsWithTwoBytesForTheFamily() throws Exception {
        byte[] v4 = bytes(inet("192.0.2.1", 0x1234), SockaddrLayout.LINUX);
        int first = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 2 : 0;
        assertThat(v4)
                .containsExactly(
                        first, 2 - first, 0x12, 0x34, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void theBsdsBeginWithTheLengthAndOneByteForTheFamily() throws Exception {
        byte[] v4 = bytes(inet("192.0.2.1", 0x1234), SockaddrLayout.BSD);
        assertThat(v4).containsExactly(16, 2, 0x12, 0x34, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0);
        byte[] v6 = bytes(inet("2001:db8::1", 443), SockaddrLayout.BSD);
        assertThat(v6).hasSize(28).startsWith(28, SocketConstants.AF_INET6, 443 >> 8, 443 & 0xff);
        assertThat(v6[8]).isEqualTo((byte) 0x20);
        byte[] unix = bytes(UnixDomainSocketAddress.of("/tmp/x"), SockaddrLayout.BSD);
        assertThat(unix).containsExactly(9, 1, '/', 't', 'm', 'p', '/', 'x', 0);
    }

    @Test
    void everyAddressComesBackInEachLayout() throws Exception {
        for (SockaddrLayout layout : ALL) {
            for (SocketAddress address :
                    List.of(
                            inet("127.0.0.1", 65535),
                            inet("2001:db8::ff00:42:8329", 1),
                            UnixDomainSocketAddress.of("/run/service.sock"))) {
                try (NativeAddress encoded = NativeAddress.of(address, layout)) {
                    assertThat(encoded.toSocketAddress()).isEqualTo(address);
                    encoded.reset();
                    assertThat(encoded.family()).isZero();
                }
            }
        }
    }

    @Test
    void familiesAreReadAsTheyWereWritten() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
        for (SockaddrLayout layout : ALL) {
            for (int family : new int[] {1, 2, 10, 24, 28, 30}) {
                layout.begin(buffer, family, 16);
                assertThat(layout.family(buffer)).isEqualTo(family);
            }
        }
    }

    @Test
    void aPathMayBeOneByteShorterThanItsRoom() {
        for (SockaddrLayout layout : ALL) {
            String longest = "/" + "x".repeat(layout.pathSize() - 2);
            assertThat(bytes(UnixDomainSocketAddress.of(longest), layout))
                    .hasSize(2 + layout.pathSize())
                    .endsWith(0);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> bytes(UnixDomainSocketAddress.of(longest + "x"), layout))
                    .withMessageContaining("1 to " + (layout.pathSize() - 1) + " bytes");
            assertThat(2 + layout.pathSize()).isLessThanOrEqualTo(SockaddrLayout.CAPACITY);
        }
    }

    @Test
    void thisMachineHasOneOfThem() {
        assertThat(SockaddrLayout.OF_THIS_MACHINE)
                .isEqualTo(
                        System.getProperty("os.name").equals("Linux")
                                ? SockaddrLayout.LINUX
                                : SockaddrLayout.BSD);
    }
}
