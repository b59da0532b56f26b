package dev.eventloop.lb.proxyprotocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import dev.eventloop.lb.proxyprotocol.ProxyHeaderReader.Progress;
import dev.eventloop.net.AddressText;
import dev.eventloop.net.NativeAddress;
import dev.eventloop.net.NativeBuffer;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Headers match the specification byte for byte, and read back as the same addresses. */
@Timeout(60)
@Tag("fast")
class ProxyHeadersAreWrittenTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1, TCP4 127.0.0.1 127.0.0.1",
        "0.0.0.0, 255.255.255.255, TCP4 0.0.0.0 255.255.255.255",
        "10.20.30.40, 9.99.100.199, TCP4 10.20.30.40 9.99.100.199",
        "::1, ::1, TCP6 ::1 ::1",
        "192.0.2.1, 2001:db8::1, TCP6 ::ffff:192.0.2.1 2001:db8::1",
        "2001:db8::1, 192.0.2.1, TCP6 2001:db8::1 ::ffff:192.0.2.1"
    })
    void version1IsALine(String source, String destination, String fields) throws Exception {
        assertThat(text(ProxyProtocol.V1, addresses(source, 1024, destination, 80)))
                .isEqualTo("PROXY " + fields + " 1024 80\r\n");
    }

    @Test
    void portsHaveNoLeadingZeroes() throws Exception {
        for (int port : new int[] {0, 1, 9, 10, 99, 100, 1000, 9999, 10_000, 65_535}) {
            assertThat(text(ProxyProtocol.V1, addresses("1.2.3.4", port, "5.6.7.8", port)))
                    .isEqualTo("PROXY TCP4 1.2.3.4 5.6.7.8 " + port + " " + port + "\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0:0:0:0:0:0:0:0, ::",
        "0:0:0:0:0:0:0:1, ::1",
        "1:0:0:0:0:0:0:0, 1::",
        "2001:0DB8:0:0:0:0:0:00AB, 2001:db8::ab",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "0:0:1:1:1:1:0:0, ::1:1:1:1:0:0",
        "0:1:1:1:1:1:0:0, 0:1:1:1:1:1::",
        "0:1:0:1:0:1:0:1, 0:1:0:1:0:1:0:1",
        "1:1:1:1:1:1:1:0, 1:1:1:1:1:1:1:0",
        "0:0:0:0:0:0:102:304, ::102:304",
        "0:0:0:0:ffff:0:102:304, ::ffff:0:102:304",
        "fedc:ba98:7654:3210:fedc:ba98:7654:3210, fedc:ba98:7654:3210:fedc:ba98:7654:3210"
    })
    void ipv6IsWrittenAsByRfc5952(String address, String canonical) throws Exception {
        assertThat(AddressText.of(InetAddress.getByName(address))).isEqualTo(canonical);
        assertThat(text(ProxyProtocol.V1, addresses(address, 1, "::2", 2)))
                .isEqualTo("PROXY TCP6 " + canonical + " ::2 1 2\r\n");
    }

    @Test
    void theLongestHeaderIsALineOf104Bytes() throws Exception {
        String longest = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
        assertThat(text(ProxyProtocol.V1, addresses(longest, 65_535, longest, 65_535)))
                .hasSize(ProxyHeaderWriter.LONGEST)
                .hasSize(104);
    }

    @Test
    void version2IsBinary() throws Exception {
        assertThat(hex(ProxyProtocol.V2, addresses("192.0.2.1", 256, "198.51.100.255", 65_535)))
                .isEqualTo(SIGNATURE + "2111000c" + "c0000201" + "c63364ff" + "0100" + "ffff")
                .hasSize(2 * 28);
        assertThat(hex(ProxyProtocol.V2, addresses("2001:db8::ff", 1, "192.0.2.1", 0x8000)))
                .isEqualTo(
                        SIGNATURE
                                + "21210024"
                                + "20010db80000000000000000000000ff"
                                + "00000000000000000000ffffc0000201"
                                + "0001"
                                + "8000")
                .hasSize(2 * 52);
    }

    @Test
    void localHeaders() {
        try (NativeBuffer buffer = NativeBuffer.allocate(Reading.CAPACITY)) {
            ProxyHeaderWriter.writeLocal(ProxyProtocol.V1, buffer);
            assertThat(take(buffer)).asString().isEqualTo("PROXY UNKNOWN\r\n");
            ProxyHeaderWriter.writeLocal(ProxyProtocol.V2, buffer);
            assertThat(take(buffer)).asHexString().isEqualToIgnoringCase(SIGNATURE + "20000000");
        }
    }

    @Test
    void unknownAddressesAreWrittenAsLocal() {
        assertThat(text(ProxyProtocol.V1, new ProxyAddresses())).isEqualTo("PROXY UNKNOWN\r\n");
        assertThat(hex(ProxyProtocol.V2, new ProxyAddresses())).isEqualTo(SIGNATURE + "20000000");
    }

    @Test
    void addressesOfUnixDomainSocketsAreUnknown() throws Exception {
        ProxyAddresses addresses = addresses("1.2.3.4", 1, "5.6.7.8", 2);
        try (NativeAddress unix = NativeAddress.of(UnixDomainSocketAddress.of("/s"));
                NativeAddress inet = address("127.0.0.1", 1)) {
            addresses.set(inet, unix);
            assertThat(addresses.isKnown()).isFalse();
            addresses.set(inet, inet);
            assertThat(addresses).hasToString("127.0.0.1:1 to 127.0.0.1:1");
            addresses.set(unix, inet);
            assertThat(addresses).hasToString("unknown");
            assertThat(addresses.isIpv4()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHeaderIsWrittenWholeOrNotAtAll(ProxyProtocol version) {
        try (NativeBuffer buffer = NativeBuffer.allocate(ProxyHeaderWriter.LONGEST - 1)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> ProxyHeaderWriter.write(version, new ProxyAddresses(), buffer))
                    .withMessage("a PROXY header needs room for 104 bytes; the buffer has 103");
            assertThat(buffer.readable()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void writtenHeadersReadBack(ProxyProtocol version) {
        Random random = new Random(64);
        ProxyAddresses addresses = new ProxyAddresses();
        for (int round = 0; round < 20_000; round++) {
            fill(addresses, random);
            byte[] header = bytes(version, addresses);
            Reading expected = new Reading(Progress.DONE, header.length, addresses.toString(), "");
            assertThat(Reading.of(header, () -> random.nextInt(60))).isEqualTo(expected);
        }
    }

    /** With many zeroes, because the text form of IPv6 compresses them. */
    private static void fill(ProxyAddresses addresses, Random random) {
        addresses.set(
                half(random),
                half(random),
                random.nextInt(1 << 16),
                half(random),
                half(random),
                random.nextInt(1 << 16));
        if (random.nextInt(3) == 0) {
            addresses.set(
                    0,
                    0xffff_0000_0000L | (random.nextInt() & 0xffff_ffffL),
                    random.nextInt(1 << 16),
                    random.nextInt(2) * half(random),
                    0xffff_0000_0000L | (random.nextInt() & 0xffff_ffffL),
                    random.nextInt(1 << 16));
        }
    }

    private static long half(Random random) {
        long half = random.nextLong();
        for (int shift = 0; shift < Long.SIZE; shift += 16) {
            if (random.nextBoolean()) {
                half &= ~(0xffffL << shift);
            }
        }
        return half >>> random.nextInt(2);
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsAllocatedPerConnection(ProxyProtocol version) throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ProxyAddresses sent = addresses("2001:db8::1", 1024, "192.0.2.1", 443);
        ProxyAddresses received = new ProxyAddresses();
        ProxyHeaderReader reader = new ProxyHeaderReader(received);
        try (NativeBuffer buffer = NativeBuffer.allocate(Reading.CAPACITY)) {
            exchange(version, sent, reader, buffer);
            assertThat(received).hasToString(sent.toString());
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 10_000; i++) {
                exchange(version, sent, reader, buffer);
            }
            assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                    .as("bytes, some of which the measurement itself may allocate")
                    .isLessThan(10_000);
        }
    }

    private static void exchange(
            ProxyProtocol version,
            ProxyAddresses addresses,
            ProxyHeaderReader reader,
            NativeBuffer buffer) {
        ProxyHeaderWriter.write(version, addresses, buffer);
        reader.reset();
        if (reader.read(buffer) != Progress.DONE) {
            throw new AssertionError(reader.why());
        }
    }

    private static ProxyAddresses addresses(
            String source, int sourcePort, String destination, int destinationPort)
            throws Exception {
        ProxyAddresses addresses = new ProxyAddresses();
        try (NativeAddress from = address(source, sourcePort);
                NativeAddress to = address(destination, destinationPort)) {
            addresses.set(from, to);
        }
        return addresses;
    }

    private static NativeAddress address(String host, int port) throws Exception {
        return NativeAddress.of(new InetSocketAddress(InetAddress.getByName(host), port));
    }

    private static String text(ProxyProtocol version, ProxyAddresses addresses) {
        return new String(bytes(version, addresses), StandardCharsets.US_ASCII);
    }

    private static String hex(ProxyProtocol version, ProxyAddresses addresses) {
        return HexFormat.of().formatHex(bytes(version, addresses));
    }

    private static byte[] bytes(ProxyProtocol version, ProxyAddresses addresses) {
        try (NativeBuffer buffer = NativeBuffer.allocate(Reading.CAPACITY)) {
            ProxyHeaderWriter.write(version, addresses, buffer);
            return take(buffer);
        }
    }

    private static byte[] take(NativeBuffer buffer) {
        byte[] bytes = new byte[buffer.readable()];
        assertThat(buffer.get(ByteBuffer.wrap(bytes))).isEqualTo(bytes.length);
        return bytes;
    }
}
