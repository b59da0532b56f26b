package dev.eventloop.lb.proxyprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Payload;
import dev.eventloop.lb.proxyprotocol.ProxyHeaderReader.Progress;
import dev.eventloop.net.NativeBuffer;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A valid header is read in pieces of any size, and the bytes after it stay in the buffer. */
@Timeout(60)
@Tag("real")
class ProxyHeadersAreReadTest {
    private static final byte[] PAYLOAD = ascii("\nPROXY TCP4 no header any more\r\n\r\n");

    @ParameterizedTest
    @CsvSource({
        "PROXY TCP4 192.168.0.1 192.168.0.11 56324 443, 192.168.0.1:56324 to 192.168.0.11:443",
        "PROXY TCP4 0.0.0.0 255.255.255.255 0 65535, 0.0.0.0:0 to 255.255.255.255:65535",
        "PROXY TCP6 ::1 ::1 1 10, [::1]:1 to [::1]:10",
        "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
                + " ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535,"
                + " [ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535"
                + " to [ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535",
        "PROXY TCP6 ::ffff:192.0.2.1 2001:db8::1 1 2, 192.0.2.1:1 to [2001:db8::1]:2",
        "PROXY UNKNOWN, unknown",
        "'PROXY UNKNOWN ', unknown",
        "PROXY UNKNOWN ::1 ::1 1 1, unknown",
        "PROXY UNKNOWN \u00ff\u0000 whatever  this PROXY TCP4 means, unknown"
    })
    void version1LinesAreParsed(String line, String addresses) {
        assertThatReadsAs(addresses, ascii(line + "\r\n"));
    }

    @Test
    void aLineMayHave107Bytes() {
        String line = "PROXY UNKNOWN " + "\u00ff".repeat(107 - 16) + "\r\n";
        assertThat(line).hasSize(107);
        assertThatReadsAs("unknown", ascii(line));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "::",
                "::1",
                "1::",
                "1:2:3:4:5:6:7:8",
                "1:2:3:4:5:6:7::",
                "::2:3:4:5:6:7:8",
                "1:2:3::5:6:7:8",
                "0001:0000:aBcD:ABCD:abcd:0:00:000",
                "fe80::1",
                "::1.2.3.4",
                "::ffff:255.255.255.255",
                "64:ff9b::192.0.2.33",
                "1:2:3:4:5:6:7.8.9.10",
                "1:2:3:4:5::7.8.9.10"
            })
    void everyFormOfIpv6IsParsed(String text) throws Exception {
        byte[] line = ascii("PROXY TCP6 " + text + " ::2 1 2\r\n");
        ProxyAddresses addresses = new ProxyAddresses();
        try (NativeBuffer buffer = NativeBuffer.allocate(1024)) {
            buffer.put(ByteBuffer.wrap(line));
            assertThat(new ProxyHeaderReader(addresses).read(buffer)).isEqualTo(Progress.DONE);
        }
        ByteBuffer expected = asIpv6(InetAddress.getByName(text));
        assertThat(addresses.sourceHigh()).isEqualTo(expected.getLong());
        assertThat(addresses.sourceLow()).isEqualTo(expected.getLong());
        assertThat(addresses.destinationHigh()).isZero();
        assertThat(addresses.destinationLow()).isEqualTo(2);
    }

    private static ByteBuffer asIpv6(InetAddress address) {
        if (address instanceof Inet4Address v4) {
            return ByteBuffer.allocate(16).putLong(0).putInt(0xffff).put(v4.getAddress()).rewind();
        }
        return ByteBuffer.wrap(address.getAddress());
    }

    @Test
    void version2HeadersAreParsed() {
        assertThatReadsAs(
                "192.0.2.1:256 to 198.51.100.255:65535",
                BinaryHeader.of(BinaryHeader.PROXY, BinaryHeader.TCP4, BinaryHeader.IPV4));
        assertThatReadsAs(
                "[2001:db8::ff]:1 to [fe80::1:2]:32768",
                BinaryHeader.of(BinaryHeader.PROXY, BinaryHeader.TCP6, BinaryHeader.IPV6));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1000, 65535 - 36})
    void tlvsAreSkipped(int length) {
        byte[] tlv = Payload.random(length, length);
        assertThatReadsAs(
                "192.0.2.1:256 to 198.51.100.255:65535",
                BinaryHeader.of(BinaryHeader.PROXY, BinaryHeader.TCP4, BinaryHeader.IPV4, tlv));
        assertThatReadsAs(
                "[2001:db8::ff]:1 to [fe80::1:2]:32768",
                BinaryHeader.of(BinaryHeader.PROXY, BinaryHeader.TCP6, BinaryHeader.IPV6, tlv));
    }

    @ParameterizedTest
    @CsvSource({
        "0x00, 0",
        "0x01, 0",
        "0x02, 0",
        "0x10, 0",
        "0x12, 12",
        "0x20, 0",
        "0x22, 36",
        "0x30, 0",
        "0x31, 216",
        "0x32, 216"
    })
    void otherFamiliesAndTransportsAreUnknown(int family, int addressesLength) {
        for (int more : new int[] {0, 1, 300, 65535 - addressesLength}) {
            byte[] rest = Payload.random(more, addressesLength + more);
            assertThatReadsAs("unknown", BinaryHeader.of(BinaryHeader.PROXY, family, rest));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, BinaryHeader.TCP4, BinaryHeader.TCP6, 0x31, 0x4f, 0xff})
    void localIsUnknownWhateverItsFamilyAndLength(int family) {
        for (int length : new int[] {0, 1, 12, 36, 65535}) {
            byte[] rest = Payload.random(length, length);
            assertThatReadsAs("unknown", BinaryHeader.of(BinaryHeader.LOCAL, family, rest));
        }
    }

    @Test
    void aReaderThatWasResetIsAsNew() {
        byte[] v1 = ascii("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n");
        byte[] v2 = BinaryHeader.of(BinaryHeader.PROXY, BinaryHeader.TCP6, BinaryHeader.IPV6);
        byte[] local = BinaryHeader.of(BinaryHeader.LOCAL, 0, new byte[100]);
        byte[] bad = ascii("GET / HTTP/1.1\r\n");
        byte[][] streams = {v1, v2, local, bad, Arrays.copyOf(v1, 30), Arrays.copyOf(v2, 40), v1};
        ProxyAddresses addresses = new ProxyAddresses();
        ProxyHeaderReader reader = new ProxyHeaderReader(addresses);
        Random random = new Random(1);
        try (NativeBuffer buffer = NativeBuffer.allocate(Reading.CAPACITY)) {
            for (int round = 0; round < 1000; round++) {
                byte[] stream = streams[random.nextInt(streams.length)];
                Reading expected = Reading.of(stream);
                reader.reset();
                buffer.clear();
                assertThat(addresses.isKnown()).isFalse();
                buffer.put(ByteBuffer.wrap(stream));
                assertThat(reader.read(buffer)).isEqualTo(expected.progress());
                assertThat(stream.length - buffer.readable()).isEqualTo(expected.taken());
                assertThat(addresses).hasToString(expected.addresses());
                assertThat(reader.why()).isEqualTo(expected.why());
            }
        }
    }

    /**
     * Reads the header with and without a payload: at once, byte by byte, in random pieces, and
     * truncated.
     */
    private static void assertThatReadsAs(String addresses, byte[] header) {
        Reading expected = new Reading(Progress.DONE, header.length, addresses, "");
        Random random = new Random(Arrays.hashCode(header));
        for (byte[] stream : new byte[][] {header, withPayload(header)}) {
            assertThat(Reading.of(stream)).isEqualTo(expected);
            assertThat(Reading.of(stream, () -> 1)).isEqualTo(expected);
            for (int i = 0; i < 20; i++) {
                int bound = 1 << (1 + random.nextInt(12));
                assertThat(Reading.of(stream, () -> random.nextInt(bound))).isEqualTo(expected);
            }
        }
        for (int length = 0; length < Math.min(header.length, 300); length++) {
            assertThatMoreIsNeeded(header, length);
        }
        assertThatMoreIsNeeded(header, header.length - 1);
    }

    private static void assertThatMoreIsNeeded(byte[] header, int length) {
        assertThat(Reading.of(Arrays.copyOf(header, length)))
                .isEqualTo(new Reading(Progress.MORE, length, "unknown", ""));
    }

    private static byte[] withPayload(byte[] header) {
        byte[] stream = Arrays.copyOf(header, header.length + PAYLOAD.length);
        System.arraycopy(PAYLOAD, 0, stream, header.length, PAYLOAD.length);
        return stream;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
