package dev.eventloop.lb.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.eventloop.net.NativeAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CIDR notation is parsed exactly, and anything else is refused with a sentence. */
@Tag("fast")
class RangesAreReadTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0/8",
        "127.0.0.1, 127.0.0.1/32",
        "0.0.0.0/0, 0.0.0.0/0",
        "192.0.2.128/25, 192.0.2.128/25",
        "255.255.255.255/32, 255.255.255.255/32",
        "::/0, ::/0",
        "::1, ::1/128",
        "2001:db8::/32, 2001:db8::/32",
        "2001:DB8::/33, 2001:db8::/33",
        "fe80::/64, fe80::/64",
        "2001:db8::8000:0:0:0/65, 2001:db8:0:0:8000::/65",
        "::1.2.3.4, ::102:304/128",
    })
    void validRanges(String text, String read) {
        assertThat(Cidr.parse(text)).hasToString(read);
        assertThat(Cidr.parse(read)).isEqualTo(Cidr.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/8",
                "10",
                "10.0",
                "10.0.0",
                "10.0.0.0.0",
                "10.0.0.256",
                "10.0.0.010",
                "010.0.0.0/8",
                "10.0.0.999",
                "10.0.0.00",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/+8",
                "10.0.0.0/8/8",
                "10.0.0.0/08x",
                "10.0.0.0/255.0.0.0",
                " 10.0.0.0/8",
                "10.0.0.0/8 ",
                "10.0.0.0 /8",
                "10.0.0.1/8",
                "localhost",
                "localhost/8",
                "example.org",
                "0x7f.0.0.1",
                "::1/129",
                "::1/127",
                "::/-1",
                "[::1]",
                "[::1]/128",
                ":::",
                "1::2::3",
                "fe80::1%eth0",
                "fe80::1%1",
                "::ffff:10.0.0.1",
                "::ffff:10.0.0.0/104",
                "::ffff:0:0/96",
                "::g",
                ":",
                "12345::",
                "1:2:3:4:5:6:7:8:9",
                "10.0.0.0/١",
                "unix:",
                "all",
                "*"
            })
    void invalidRanges(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cidr.parse(text))
                .withMessageStartingWith("range \"" + text + "\": ")
                .withMessageMatching("(?s).{20,}");
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1/8, 10.0.0.0/8",
        "10.255.0.0/15, 10.254.0.0/15",
        "2001:db8::1/64, 2001:db8::/64",
    })
    void bitsAfterThePrefixAreRefused(String text, String meant) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cidr.parse(text))
                .withMessageContaining("write " + meant + ", or ");
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0, true",
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.0.0.0/8, 9.255.255.255, false",
        "10.0.0.0/8, ::a00:1, false",
        "127.0.0.1, 127.0.0.1, true",
        "127.0.0.1, 127.0.0.2, false",
        "0.0.0.0/0, 255.255.255.255, true",
        "0.0.0.0/0, ::1, false",
        "::/0, 10.0.0.1, true",
        "::/0, 2001:db8::1, true",
        "::1, ::1, true",
        "::1, ::2, false",
        "2001:db8::/32, 2001:db8:ffff::1, true",
        "2001:db8::/32, 2001:db9::, false",
        "2001:db8::/65, 2001:db8::7fff:ffff:ffff:ffff, true",
        "2001:db8::/65, 2001:db8::8000:0:0:0, false",
        "192.0.2.128/25, 192.0.2.128, true",
        "192.0.2.128/25, 192.0.2.127, false",
    })
    void rangesContainTheirAddresses(String range, String address, boolean in) throws Exception {
        AccessRules allow = new AccessRules(List.of(Cidr.parse(range)), List.of());
        AccessRules deny = new AccessRules(List.of(), List.of(Cidr.parse(range)));
        InetAddress ip = InetAddress.getAllByName(address)[0];
        try (NativeAddress where = NativeAddress.of(new InetSocketAddress(ip, 1))) {
            assertThat(allow.admit(where.ipHigh(), where.ipLow())).isEqualTo(in);
            assertThat(deny.admit(where.ipHigh(), where.ipLow())).isEqualTo(!in);
        }
    }
}
