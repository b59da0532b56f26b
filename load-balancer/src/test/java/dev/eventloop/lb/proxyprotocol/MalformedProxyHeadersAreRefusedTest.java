package dev.eventloop.lb.proxyprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Payload;
import dev.eventloop.lb.proxyprotocol.ProxyHeaderReader.Progress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Anything but a valid header is refused with a reason; random bytes do no harm. */
@Timeout(60)
@Tag("fast")
class MalformedProxyHeadersAreRefusedTest {
    private static final String NO_HEADER = "it starts like neither version 1 nor version 2";
    private static final int V2_VERSION = 12;
    private static final int V2_FAMILY = 13;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "\u0016\u0003\u0001",
                "proxy TCP4 1.2.3.4 1.2.3.4 1 2\r\n",
                " PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\n",
                "PROXYTCP4 1.2.3.4 1.2.3.4 1 2\r\n",
                "PROXY\tTCP4 1.2.3.4 1.2.3.4 1 2\r\n",
                "POST / HTTP/1.1\r\n",
                "\n",
                "\r\nGET / HTTP/1.1\r\n",
                "\0"
            })
    void otherBeginningsAreRefused(String stream) {
        assertThat(Reading.of(stream).why()).isEqualTo(NO_HEADER);
    }

    @Test
    void theFirstByteThatCannotMatchIsEnough() {
        for (byte[] header :
                new byte[][] {
                    ascii("PROXY TCP4 "),
                    ascii("PROXY TCP6 "),
                    ascii("PROXY UNKNOWN"),
                    Arrays.copyOf(BinaryHeader.of(BinaryHeader.PROXY, 0), V2_VERSION)
                }) {
            for (int i = 0; i < header.length; i++) {
                byte[] wrong = header.clone();
                wrong[i] ^= (byte) 0x80;
                Reading reading = Reading.of(wrong);
                assertThat(reading.progress()).isEqualTo(Progress.MALFORMED);
                assertThat(reading.taken()).isEqualTo(i + 1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP5 ",
                "PROXY TCP ",
                "PROXY TCP46",
                "PROXY tcp4 ",
                "PROXY UDP4 ",
                "PROXY Unknown\r\n",
                "PROXY UNKNOWNS\r\n",
                "PROXY  TCP4 1.2.3.4 1.2.3.4 1 2\r\n",
                "PROXY \r\n",
                "PROXY TCP4\r\n"
            })
    void otherProtocolsAreRefused(String stream) {
        assertThat(Reading.of(stream).why()).isEqualTo("its protocol is not TCP4, TCP6 or UNKNOWN");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\rX",
                "PROXY TCP4 1.2.3.4\n1.2.3.4 1 2\r\n",
                "PROXY UNKNOWN\n",
                "PROXY UNKNOWN\rX",
                "PROXY UNKNOWN \nGET / HTTP/1.1\r\n"
            })
    void aLineEndsWithBothCrAndLf(String stream) {
        assertThat(Reading.of(stream).why())
                .isEqualTo("its line has a CR without LF, or an LF without CR");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY UNKNOWN ", "PROXY TCP4 ", "PROXY TCP6 1::2 "})
    void aLineOf108BytesIsTooLong(String beginning) {
        String stream = beginning + "0".repeat(106 - beginning.length()) + "\r\n";
        assertThat(stream).hasSize(108);
        assertThat(Reading.of(stream))
                .isEqualTo(
                        new Reading(
                                Progress.MALFORMED,
                                107,
                                "unknown",
                                "its line has no end within 107 bytes"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.",
                ".1.2.3",
                "1..2.3",
                "1.2.3.256",
                "1.2.3.1000",
                "1.2.3.99999999999999999999",
                "01.2.3.4",
                "1.2.3.00",
                "1.2.3.-4",
                "1.2.3.+4",
                "1.2.3.4a",
                "1.2.3.0x4",
                "1.2.3,4",
                "16909060",
                "localhost",
                "::1",
                "::ffff:1.2.3.4",
                "",
                " 1.2.3.4"
            })
    void invalidIpv4AddressesAreRefused(String text) {
        assertThat(Reading.of("PROXY TCP4 " + text + " 1.2.3.4 1 2\r\n").why())
                .isEqualTo("its source is not an IPv4 address");
        assertThat(Reading.of("PROXY TCP4 1.2.3.4 " + text + " 1 2\r\n").why())
                .isEqualTo("its destination is not an IPv4 address");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.2.3.4",
                ":",
                ":::",
                ":1",
                "1:",
                "1::2::3",
                "1:::2",
                "::1:",
                ":1::",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:",
                "1:2:3:4:5:6:7:8:",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::",
                "::1:2:3:4:5:6:7:8",
                "1:2:3:4::5:6:7:8",
                "12345::",
                "::00001",
                "::g",
                "::-1",
                "::1%1",
                "::1%lo",
                "[::1]",
                "::1/128",
                "::1.2.3",
                "::1.2.3.4.5",
                "::1.2.3.256",
                "::01.2.3.4",
                "::a.2.3.4",
                "::1.2.3.4:5",
                "1.2.3.4::",
                "1:2:3:4:5:6:7:1.2.3.4",
                "1:2:3:4:5:1.2.3.4",
                "1:2:3:4:5:6::1.2.3.4",
                "\u0661::",
                ""
            })
    void invalidIpv6AddressesAreRefused(String text) {
        assertThat(Reading.of("PROXY TCP6 " + text + " ::1 1 2\r\n").why())
                .isEqualTo("its source is not an IPv6 address");
        assertThat(Reading.of("PROXY TCP6 ::1 " + text + " 1 2\r\n").why())
                .isEqualTo("its destination is not an IPv6 address");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"65536", "01", "00", "-1", "+1", "1a", "0x1", "", " 1", "99999999999999999"})
    void invalidPortsAreRefused(String text) {
        assertThat(Reading.of("PROXY TCP4 1.2.3.4 1.2.3.4 " + text + " 2\r\n").why())
                .isEqualTo("its source port is not a number from 0 to 65535");
        assertThat(Reading.of("PROXY TCP4 1.2.3.4 1.2.3.4 1 " + text + "\r\n").why())
                .isEqualTo("its destination port is not a number from 0 to 65535");
    }

    @ParameterizedTest
    @CsvSource({
        "PROXY TCP4 1.2.3.4, source is not an IPv4 address",
        "PROXY TCP4 1.2.3.4  1.2.3.4 1 2, destination is not an IPv4 address",
        "PROXY TCP4 1.2.3.4 1.2.3.4, destination is not an IPv4 address",
        "PROXY TCP4 1.2.3.4 1.2.3.4 1, source port is not a number from 0 to 65535",
        "PROXY TCP4 1.2.3.4 1.2.3.4 1  2, destination port is not a number from 0 to 65535",
        "'PROXY TCP4 1.2.3.4 1.2.3.4 1 2 ', destination port is not a number from 0 to 65535",
        "PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3, destination port is not a number from 0 to 65535"
    })
    void fieldsAreFourWithOneSpaceBetween(String line, String why) {
        assertThat(Reading.of(line + "\r\n").why()).isEqualTo("its " + why);
    }

    @Test
    void onlyVersion2MayHaveItsSignature() {
        for (int value = 0; value < 256; value++) {
            Reading reading = Reading.of(BinaryHeader.of(value, 0));
            if (value == BinaryHeader.LOCAL || value == BinaryHeader.PROXY) {
                assertThat(reading.progress()).isEqualTo(Progress.DONE);
            } else {
                assertThat(reading.taken()).isEqualTo(V2_VERSION + 1);
                assertThat(reading.why())
                        .isEqualTo(
                                value >> 4 == 2
                                        ? "its command is neither LOCAL nor PROXY"
                                        : "its version is not 2, but its signature is");
            }
        }
    }

    @Test
    void familiesAndTransportsThatAreNotSpecifiedAreRefused() {
        byte[] addresses = new byte[216];
        for (int value = 0; value < 256; value++) {
            Reading reading = Reading.of(BinaryHeader.of(BinaryHeader.PROXY, value, addresses));
            if (value >> 4 <= 3 && (value & 0xf) <= 2) {
                assertThat(reading.progress()).isEqualTo(Progress.DONE);
            } else {
                assertThat(reading.taken()).isEqualTo(V2_FAMILY + 1);
                assertThat(reading.why())
                        .isEqualTo(
                                value >> 4 > 3
                                        ? "its address family is not in the specification"
                                        : "its transport is not in the specification");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0x11, 12", "0x12, 12", "0x21, 36", "0x22, 36", "0x31, 216", "0x32, 216"})
    void addressesHaveToFitIntoTheLength(int family, int needed) {
        for (int length = 0; length < needed; length++) {
            byte[] header =
                    BinaryHeader.withLength(length, BinaryHeader.PROXY, family, new byte[needed]);
            assertThat(Reading.of(header))
                    .isEqualTo(
                            new Reading(
                                    Progress.MALFORMED,
                                    16,
                                    "unknown",
                                    "its length is too short for the addresses of its family"));
        }
    }

    @Test
    void noiseReadsTheSameInAnyPiecesAndNeverTooFar() {
        Random random = new Random(20);
        int done = 0;
        int refused = 0;
        for (int round = 0; round < 50_000; round++) {
            byte[] stream = noise(random);
            Reading reading = Reading.of(stream, () -> random.nextInt(200));
            assertThat(Reading.of(stream)).isEqualTo(reading);
            if (reading.progress() == Progress.DONE) {
                assertThat(reading.taken()).isEqualTo(headerLength(stream));
                done++;
            } else if (reading.progress() == Progress.MALFORMED) {
                assertThat(reading.taken()).isLessThanOrEqualTo(107);
                refused++;
            }
        }
        assertThat(done).as("headers that were still valid").isGreaterThan(1000);
        assertThat(refused).as("headers that were not").isGreaterThan(1000);
    }

    /** A damaged header, followed by random bytes. */
    private static byte[] noise(Random random) {
        byte[] stream = Payload.random(random.nextLong(), 512);
        byte[] header =
                switch (random.nextInt(5)) {
                    case 0 -> ascii("PROXY TCP4 192.168.0.1 10.0.0.1 56324 443\r\n");
                    case 1 -> ascii("PROXY TCP6 2001:db8::1 ::ffff:1.2.3.4 1 2\r\n");
                    case 2 -> ascii("PROXY UNKNOWN something\r\n");
                    case 3 -> BinaryHeader.of(BinaryHeader.PROXY, 0x11, BinaryHeader.IPV4);
                    default -> BinaryHeader.of(BinaryHeader.PROXY, 0x21, BinaryHeader.IPV6);
                };
        System.arraycopy(header, 0, stream, 0, header.length);
        for (int i = random.nextInt(3); i > 0; i--) {
            int at = random.nextInt(header.length);
            stream[at] = random.nextBoolean() ? (byte) random.nextInt() : header[at];
            if (random.nextInt(4) == 0) {
                System.arraycopy(stream, at + 1, stream, at, stream.length - at - 1);
            }
        }
        return stream;
    }

    /** The length of a valid header. */
    private static int headerLength(byte[] stream) {
        if (stream[0] == 'P') {
            return new String(stream, StandardCharsets.ISO_8859_1).indexOf("\r\n") + 2;
        }
        return 16 + ((stream[14] & 0xff) << 8 | (stream[15] & 0xff));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
