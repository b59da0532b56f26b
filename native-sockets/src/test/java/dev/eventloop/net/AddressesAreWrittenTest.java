package dev.eventloop.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Addresses in messages are written as people write them, IPv6 as by RFC 5952. */
@Tag("fast")
class AddressesAreWrittenTest {
    @Test
    void withPort() throws Exception {
        assertThat(text("127.0.0.1")).isEqualTo("127.0.0.1:80");
        assertThat(text("0:0:0:0:0:0:0:1")).isEqualTo("[::1]:80");
        assertThat(text("::")).isEqualTo("[::]:80");
        assertThat(text("2001:DB8::1:0:0:1")).isEqualTo("[2001:db8::1:0:0:1]:80");
        assertThat(text("2001:db8:0:1:1:1:1:1")).isEqualTo("[2001:db8:0:1:1:1:1:1]:80");
        assertThat(text("::ffff:10.0.0.1")).isEqualTo("10.0.0.1:80");
    }

    private static String text(String host) throws Exception {
        return AddressText.of(new InetSocketAddress(InetAddress.getByName(host), 80));
    }

    @Test
    void withZone() throws Exception {
        byte[] ip = new byte[16];
        ip[0] = (byte) 0xfe;
        ip[1] = (byte) 0x80;
        ip[15] = 1;
        assertThat(AddressText.of(Inet6Address.getByAddress(null, ip, 7))).isEqualTo("fe80::1%7");
    }

    @Test
    void withoutLookup() {
        assertThat(AddressText.of(InetSocketAddress.createUnresolved("localhost", 80)))
                .isEqualTo("localhost:80");
        assertThat(AddressText.of(InetSocketAddress.createUnresolved("::1", 80)))
                .isEqualTo("[::1]:80");
        assertThat(AddressText.of(UnixDomainSocketAddress.of("/run/app.sock")))
                .isEqualTo("/run/app.sock");
    }

    @Test
    void nativeAddressesToo() throws Exception {
        try (NativeAddress address =
                NativeAddress.of(new InetSocketAddress(InetAddress.getAllByName("::1")[0], 443))) {
            assertThat(address).hasToString("[::1]:443");
        }
    }
}
