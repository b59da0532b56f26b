package dev.eventloop.lb.preface;

import static dev.eventloop.lb.preface.HelloBytes.ALPN;
import static dev.eventloop.lb.preface.HelloBytes.SERVER_NAME;
import static dev.eventloop.lb.preface.HelloBytes.ascii;
import static dev.eventloop.lb.preface.HelloBytes.bytes;
import static dev.eventloop.lb.preface.HelloBytes.hello;
import static dev.eventloop.lb.preface.HelloBytes.join;
import static dev.eventloop.lb.preface.HelloBytes.name;
import static dev.eventloop.lb.preface.HelloBytes.number;
import static dev.eventloop.lb.preface.HelloBytes.prefixed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.preface.ClientHello.Progress;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that are no TLS hello are refused at the first byte that shows it. */
@Timeout(60)
@Tag("fast")
class NonTlsIsDetectedEarlyTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n",
                "SSH-2.0-OpenSSH_9.2\r\n",
                "EHLO mail.example\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
                "\u0000",
                "\r\n"
            })
    void otherProtocolsAreRefusedByTheirFirstByte(String text) {
        assertThat(refusedAt(ascii(text))).isEqualTo(1);
    }

    @Test
    void recordsAreRefusedByTheirHeaders() {
        assertThat(refusedAt(bytes(21, 3, 1, 0, 2, 1, 0))).as("an alert").isEqualTo(1);
        assertThat(refusedAt(bytes(20, 3, 3, 0, 1, 1))).as("ChangeCipherSpec").isEqualTo(1);
        assertThat(refusedAt(bytes(23, 3, 3, 0, 1, 1))).as("application data").isEqualTo(1);
        assertThat(refusedAt(bytes(22, 2, 0, 0, 9))).as("version 2.0").isEqualTo(2);
        assertThat(refusedAt(bytes(22, 0xfe, 0xfd, 0, 0))).as("DTLS 1.2").isEqualTo(2);
        assertThat(refusedAt(bytes(22, 3, 1, 0, 0, 22, 3))).as("an empty record").isEqualTo(5);
        assertThat(refusedAt(bytes(22, 3, 1, 0x40, 1, 1))).as("over 2^14 bytes").isEqualTo(5);
        byte[] hello = hello().serverName("a.example").record();
        hello[3] = 0x40;
        assertThat(refusedAt(hello)).as("over 2^14 bytes, and a hello").isEqualTo(5);
    }

    @Test
    void recordsAfterTheFirstAreRefusedByTheirHeadersToo() {
        byte[] message = hello().serverName("a.example").message();
        byte[] first = HelloBytes.record(0x0301, Arrays.copyOf(message, 40));
        for (int type : new int[] {0, 20, 21, 23, 24, 0x96}) {
            byte[] stream = join(first, bytes(type, 3, 1, 0, 1, 1));
            assertThat(refusedAt(stream)).isEqualTo(first.length + 1);
        }
        assertThat(refusedAt(join(first, bytes(22, 2, 1, 0, 1)))).isEqualTo(first.length + 2);
        assertThat(refusedAt(join(first, bytes(22, 3, 1, 0, 0)))).isEqualTo(first.length + 5);
    }

    @Test
    void messagesAreRefusedByTheirHeads() {
        for (int type : new int[] {0, 2, 4, 11, 255}) {
            byte[] message = hello().serverName("a.example").message();
            message[0] = (byte) type;
            assertThat(refusedAt(HelloBytes.record(0x0301, message))).isEqualTo(5 + 4);
        }
        byte[] tooShort = HelloBytes.record(0x0301, join(bytes(1, 0, 0, 40), new byte[40]));
        assertThat(refusedAt(tooShort)).isEqualTo(5 + 4);
        byte[] huge = HelloBytes.record(0x0301, join(bytes(1, 0xff, 0xff, 0xff), new byte[40]));
        assertThat(refusedAt(huge)).isEqualTo(5 + 4);
        byte[] otherVersion = hello().version(0x0203).record();
        assertThat(refusedAt(otherVersion)).isEqualTo(5 + 4 + 2);
    }

    private static Arguments malformed(String why, HelloBytes hello) {
        return Arguments.of(why, hello.record());
    }

    private static Stream<Arguments> malformedFields() {
        byte[] a = name(0, ascii("a.example"));
        return Stream.of(
                malformed("a session id of 33 bytes", hello().sessionId(33)),
                malformed("no cipher suite", hello().ciphers()),
                malformed("half a cipher suite", hello().ciphers(0x13, 0x01, 0x13)),
                malformed("no compression method", hello().compressions()),
                malformed("two lists of names", hello().serverName("a.b").serverName("a.b")),
                malformed("two lists of protocols", hello().protocols("h2").protocols("h2")),
                malformed("no list of names", hello().extension(SERVER_NAME, new byte[0])),
                malformed("half a length", hello().extension(SERVER_NAME, new byte[1])),
                malformed("no name", hello().extension(SERVER_NAME, new byte[2])),
                malformed(
                        "a list that ends early",
                        hello().extension(SERVER_NAME, join(number(2, 11), a))),
                malformed(
                        "a list that ends late",
                        hello().extension(SERVER_NAME, join(number(2, 13), a))),
                malformed(
                        "bytes behind the list",
                        hello().extension(SERVER_NAME, join(prefixed(2, a), bytes(0)))),
                malformed("a name without a length", hello().serverNames(a, bytes(0, 0))),
                malformed("a name that ends late", hello().serverNames(a, bytes(0, 0, 2, 'a'))),
                malformed("another that ends late", hello().serverNames(bytes(9, 0, 2, 'a'))),
                malformed("no list of protocols", hello().extension(ALPN, new byte[0])),
                malformed("no protocol", hello().extension(ALPN, new byte[2])),
                malformed("an empty protocol", hello().protocols("h2", "")),
                malformed(
                        "a protocol that ends late",
                        hello().extension(ALPN, bytes(0, 3, 3, 'h', '2'))),
                malformed(
                        "protocols that end early",
                        hello().extension(ALPN, bytes(0, 2, 2, 'h', '2'))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformedFields")
    void fieldsAreChecked(String why, byte[] stream) {
        assertThat(refusedAt(stream)).as(why).isBetween(9, stream.length);
    }

    @Test
    void extensionsFillTheMessage() {
        byte[] stream = hello().serverName("a.example").record();
        int lengthAt = stream.length - 2 - 18;
        assertThat(stream[lengthAt + 1]).isEqualTo((byte) 18);
        for (int length : new int[] {0, 1, 17, 19, 255}) {
            byte[] changed = stream.clone();
            changed[lengthAt + 1] = (byte) length;
            assertThat(refusedAt(changed)).isEqualTo(lengthAt + 2);
        }
        for (int left = 1; left < 4; left++) {
            byte[] body = join(hello().withoutExtensions().message(), prefixed(2, new byte[left]));
            body[3] = (byte) (body.length - 4);
            assertThat(refusedAt(HelloBytes.record(0x0301, body)))
                    .as("an extension of %d bytes", left)
                    .isEqualTo(5 + body.length - left);
        }
        byte[] oneByteMore = join(hello().withoutExtensions().message(), bytes(0));
        oneByteMore[3] = (byte) (oneByteMore.length - 4);
        assertThat(refusedAt(HelloBytes.record(0x0301, oneByteMore)))
                .isEqualTo(5 + oneByteMore.length - 1);
    }

    /** Each length, one too small and one too great: the others then do not fit. */
    @Test
    void noLengthMayBeWrong() {
        byte[] stream = hello().serverName("a.example").protocols("h2").record();
        int[] lengthsAt = {
            4, // of the record: the message is in two then, and the second is none
            8, // of the message
            43, // of the session id
            77, // of the cipher suites
            86, // of the compression methods
            89, // of the extensions
            93, // of the first
            95, // of its list
            98, // of the name
            111, // of the second
            113, // of its list
            114 // of the protocol
        };
        for (int at : lengthsAt) {
            for (int change : new int[] {-1, 1}) {
                byte[] changed = stream.clone();
                changed[at] += (byte) change;
                HelloReading reading = HelloReading.of(join(changed, new byte[10]));
                boolean recordIsLonger = at == 4 && change > 0;
                assertThat(reading.progress())
                        .as("byte %d, %+d", at, change)
                        .isEqualTo(recordIsLonger ? Progress.FOUND : Progress.NOT_TLS);
            }
        }
    }

    @Test
    void hellosOfSslv2AreChecked() {
        assertThat(refusedAt(bytes(0x80, 0x2e, 2))).as("another message").isEqualTo(3);
        assertThat(refusedAt(bytes(0x80, 0x2e, 1, 4, 0))).as("another version").isEqualTo(5);
        assertThat(refusedAt(bytes(0x80, 0x2e, 1, 0, 3))).as("another version").isEqualTo(5);
        assertThat(refusedAt(HelloBytes.sslv2(0x0301, 0, 0, 32))).as("no cipher").isEqualTo(11);
        assertThat(refusedAt(HelloBytes.sslv2(0x0301, 4, 0, 32))).as("half a one").isEqualTo(11);
        assertThat(refusedAt(HelloBytes.sslv2(0x0301, 3, 8, 32))).as("session").isEqualTo(11);
        assertThat(refusedAt(HelloBytes.sslv2(0x0301, 3, 0, 15))).as("challenge").isEqualTo(11);
        assertThat(refusedAt(HelloBytes.sslv2(0x0301, 3, 0, 33))).as("challenge").isEqualTo(11);
        assertThat(refusedAt(HelloBytes.sslv2(0x0301, 16_383, 0, 32))).as("length").isEqualTo(11);
        byte[] changed = HelloBytes.sslv2(0x0301, 3, 0, 32);
        changed[1]++;
        assertThat(refusedAt(changed)).as("lengths that do not add up").isEqualTo(11);
    }

    /** After how many bytes this is known to be no hello; fails if it is not. */
    private static int refusedAt(byte[] stream) {
        assertThat(HelloReading.of(stream)).isEqualTo(HelloReading.NOT_TLS);
        assertThat(HelloReading.of(stream, () -> 1)).isEqualTo(HelloReading.NOT_TLS);
        int length = 0;
        while (HelloReading.of(Arrays.copyOf(stream, length)).progress() == Progress.MORE) {
            length++;
        }
        return length;
    }
}
