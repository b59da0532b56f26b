package dev.eventloop.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.eventloop.libc.SocketConstants;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An encoded address decodes to the same address. */
@Timeout(60)
@Tag("fast")
final class NativeAddressTest {
    private static InetSocketAddress inet(String host, int port) throws UnknownHostException {
        return new InetSocketAddress(host, port);
    }

    @Test
    void internetAddressesComeBackAsTheyWentIn() throws Exception {
        SocketAddress[] addresses = {
            inet("127.0.0.1", 1),
            inet("0.0.0.0", 0),
            inet("255.255.255.255", 65535),
            inet("192.0.2.1", 32768),
            inet("::1", 443),
            inet("::", 0),
            inet("2001:db8::ff00:42:8329", 65535),
            new InetSocketAddress(
                    Inet6Address.getByAddress(
                            null, InetAddress.getByName("fe80::1").getAddress(), 3),
                    80)
        };
        for (SocketAddress address : addresses) {
            try (NativeAddress encoded = NativeAddress.of(address)) {
                assertThat(encoded.toSocketAddress()).isEqualTo(address);
                assertThat(encoded.isInternet()).isTrue();
                assertThat(encoded.port()).isEqualTo(((InetSocketAddress) address).getPort());
                assertThat(encoded).hasToString(AddressText.of(address));
            }
        }
    }

    @Test
    void theScopeOfALinkLocalAddressIsKept() throws Exception {
        byte[] ip = InetAddress.getByName("fe80::1").getAddress();
        InetSocketAddress address =
                new InetSocketAddress(Inet6Address.getByAddress(null, ip, 3), 80);
        try (NativeAddress encoded = NativeAddress.of(address)) {
            InetSocketAddress decoded = (InetSocketAddress) encoded.toSocketAddress();
            assertThat(((Inet6Address) decoded.getAddress()).getScopeId()).isEqualTo(3);
        }
    }

    @Test
    void halvesAreInNetworkOrderAndIpv4IsMapped() throws Exception {
        try (NativeAddress v4 = NativeAddress.of(inet("192.0.2.1", 80));
                NativeAddress v6 = NativeAddress.of(inet("2001:db8::8329", 80))) {
            assertThat(v4.family()).isEqualTo(SocketConstants.AF_INET);
            assertThat(v4.ipHigh()).isZero();
            assertThat(v4.ipLow()).isEqualTo(0xffff_c000_0201L);
            assertThat(v6.family()).isEqualTo(SocketConstants.AF_INET6);
            assertThat(v6.ipHigh()).isEqualTo(0x2001_0db8_0000_0000L);
            assertThat(v6.ipLow()).isEqualTo(0x8329L);
        }
    }

    @Test
    void unixPathsOfUpTo103BytesComeBackEverywhere() {
        for (String path : new String[] {"/s", "/" + "x".repeat(102), "relative/path"}) {
            UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
            try (NativeAddress encoded = NativeAddress.of(address)) {
                assertThat(encoded.toSocketAddress()).isEqualTo(address);
                assertThat(encoded.isInternet()).isFalse();
                assertThat(encoded.port()).isZero();
                assertThat(encoded.family()).isEqualTo(SocketConstants.AF_UNIX);
            }
        }
    }

    @Test
    void abstractNamesFollowANul() {
        try (NativeAddress encoded = NativeAddress.ofAbstract("notify")) {
            assertThat(encoded.family()).isEqualTo(SocketConstants.AF_UNIX);
            assertThat(encoded.length()).isEqualTo(2 + 1 + "notify".length());
            byte[] name = new byte[1 + "notify".length()];
            encoded.bytes().get(2, name);
            assertThat(new String(name, StandardCharsets.US_ASCII)).isEqualTo("\0notify");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NativeAddress.ofAbstract("x".repeat(108)))
                .withMessageContaining("108");
        assertThatIllegalArgumentException().isThrownBy(() -> NativeAddress.ofAbstract(""));
    }

    @Test
    void whatCannotBeEncodedIsRefusedWithAReason() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> NativeAddress.of(UnixDomainSocketAddress.of("/" + "x".repeat(107))))
                .withMessageContaining("108");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NativeAddress.of(UnixDomainSocketAddress.of("")));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> NativeAddress.of(InetSocketAddress.createUnresolved("host.test", 1)))
                .withMessageContaining("host.test");
    }

    @Test
    void anEmptyOneSaysSo() {
        try (NativeAddress empty = new NativeAddress()) {
            assertThat(empty.family()).isZero();
            assertThat(empty).hasToString("no address");
        }
    }
}
