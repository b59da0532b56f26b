package dev.eventloop.lb.preface;

import static dev.eventloop.lb.preface.HelloBytes.GREASE;
import static dev.eventloop.lb.preface.HelloBytes.ascii;
import static dev.eventloop.lb.preface.HelloBytes.bytes;
import static dev.eventloop.lb.preface.HelloBytes.hello;
import static dev.eventloop.lb.preface.HelloBytes.join;
import static dev.eventloop.lb.preface.HelloBytes.name;
import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.preface.ClientHello.Progress;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A hello's name and protocols are known at its last byte, however it is split. */
@Timeout(60)
@Tag("fast")
class HellosAreReadHoweverSplitTest {
    private static final HelloReading EXPECTED =
            HelloReading.found("www.example.org", "h2", "http/1.1");

    /** As of a browser: 1.7 KiB, most of it a key share of X25519MLKEM768. */
    private static HelloBytes large() {
        return hello().extension(GREASE, new byte[0])
                .extension(HelloBytes.KEY_SHARE, new byte[1258])
                .serverName("www.example.org")
                .extension(23, new byte[0])
                .protocols("h2", "http/1.1")
                .extension(GREASE + 0x1010, new byte[1])
                .extension(21, new byte[200]);
    }

    private static HelloBytes small() {
        return hello().serverName("www.example.org").protocols("h2", "http/1.1");
    }

    private static Stream<byte[]> messages() {
        return Stream.of(small().message(), large().message());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void splitIntoTwoSegmentsAtAnyByte(byte[] message) {
        byte[] stream = HelloBytes.record(0x0301, message);
        for (int at = 1; at < stream.length; at++) {
            assertThat(HelloReading.of(stream, sizes(at, stream.length))).isEqualTo(EXPECTED);
        }
    }

    @ParameterizedTest
    @MethodSource("messages")
    void splitIntoTwoRecordsAtAnyByte(byte[] message) {
        for (int at = 1; at < message.length; at++) {
            byte[] stream =
                    join(
                            HelloBytes.record(0x0301, Arrays.copyOf(message, at)),
                            HelloBytes.record(
                                    0x0303, Arrays.copyOfRange(message, at, message.length)));
            assertThat(HelloReading.of(stream)).isEqualTo(EXPECTED);
            assertThat(HelloReading.of(stream, sizes(at + 5, 4, 1, stream.length)))
                    .isEqualTo(EXPECTED);
        }
    }

    @ParameterizedTest
    @MethodSource("messages")
    void splitIntoRecordsOfAnySizeAndSegmentsOfOneByte(byte[] message) {
        for (int size = 1; size <= message.length; size += 1 + size / 50) {
            byte[] stream = HelloBytes.records(message, size);
            assertThat(HelloReading.of(stream)).isEqualTo(EXPECTED);
            assertThat(HelloReading.of(stream, () -> 1)).isEqualTo(EXPECTED);
        }
    }

    @ParameterizedTest
    @MethodSource("messages")
    void splitIntoRandomRecordsAndSegments(byte[] message) {
        Random random = new Random(message.length);
        for (int i = 0; i < 500; i++) {
            byte[] stream = HelloBytes.records(message, 1 + random.nextInt(message.length));
            int bound = 1 << (1 + random.nextInt(10));
            assertThat(HelloReading.of(stream, () -> random.nextInt(bound))).isEqualTo(EXPECTED);
        }
    }

    @ParameterizedTest
    @MethodSource("messages")
    void beforeItsLastByteMoreAreNeeded(byte[] message) {
        for (byte[] stream :
                List.of(HelloBytes.record(0x0301, message), HelloBytes.records(message, 7))) {
            for (int length = 0; length < stream.length; length++) {
                assertThat(HelloReading.of(Arrays.copyOf(stream, length)))
                        .isEqualTo(HelloReading.MORE);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("messages")
    void whatFollowsDoesNotMatter(byte[] message) {
        byte[] inTheRecord = HelloBytes.record(0x0301, join(message, bytes(11, 0, 0, 1, 0)));
        byte[] earlyData = join(HelloBytes.record(0x0301, message), bytes(23, 3, 3, 0, 1, 42));
        byte[] noise = join(HelloBytes.record(0x0301, message), new byte[20_000]);
        for (byte[] stream : List.of(inTheRecord, earlyData, noise)) {
            assertThat(HelloReading.of(stream)).isEqualTo(EXPECTED);
            assertThat(HelloReading.of(stream, () -> 1)).isEqualTo(EXPECTED);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x0300, 0x0301, 0x0302, 0x0303, 0x0304})
    void ofAllVersions(int version) {
        byte[] message = small().version(version).message();
        assertThat(HelloReading.of(HelloBytes.record(version, message))).isEqualTo(EXPECTED);
        assertThat(HelloReading.of(HelloBytes.record(0x0300, message))).isEqualTo(EXPECTED);
    }

    @Test
    void withTheShortestAndTheLongestFields() {
        HelloBytes shortest =
                hello().sessionId(0).ciphers(0x13, 0x01).compressions(0).withoutExtensions();
        assertThat(shortest.message()).hasSize(45);
        assertThat(readAnyWay(shortest.record())).isEqualTo(HelloReading.found(""));
        assertThat(readAnyWay(shortest.sessionId(32).record())).isEqualTo(HelloReading.found(""));
        HelloBytes longest = small().ciphers(new int[8000]).compressions(new int[255]);
        assertThat(readAnyWay(longest.record())).isEqualTo(EXPECTED);
    }

    @Test
    void withoutExtensionsOrWithoutAnyOfInterest() {
        assertThat(readAnyWay(hello().withoutExtensions().record()))
                .isEqualTo(HelloReading.found(""));
        assertThat(readAnyWay(hello().record())).isEqualTo(HelloReading.found(""));
        assertThat(readAnyWay(hello().extension(23, new byte[0]).record()))
                .isEqualTo(HelloReading.found(""));
        assertThat(readAnyWay(hello().protocols("h2").record()))
                .isEqualTo(HelloReading.found("", "h2"));
        assertThat(readAnyWay(hello().serverName("a.example").record()))
                .isEqualTo(HelloReading.found("a.example"));
    }

    @Test
    void withGreaseWhereverItMayBe() {
        byte[] stream =
                hello().ciphers(0xfa, 0xfa, 0x13, 0x01)
                        .extension(0x0a0a, new byte[0])
                        .extension(0xfafa, new byte[7])
                        .protocols("\u00aa\u00aa", "h2")
                        .serverName("a.example")
                        .extension(0x0a0a, bytes(1))
                        .record();
        assertThat(readAnyWay(stream).serverName()).isEqualTo("a.example");
        assertThat(readAnyWay(stream).protocols()).hasSize(2).endsWith("h2");
    }

    @Test
    void withEncryptedClientHelloByItsOuterName() {
        byte[] inner = hello().serverName("secret.example").message();
        byte[] stream =
                hello().extension(0xfe0d, join(new byte[10], inner))
                        .serverName("public.example")
                        .record();
        assertThat(readAnyWay(stream)).isEqualTo(HelloReading.found("public.example"));
    }

    @Test
    void inTheFormatOfSslv2() {
        for (int version : new int[] {0x0002, 0x0300, 0x0301, 0x0303}) {
            for (int session : new int[] {0, 16}) {
                byte[] stream = HelloBytes.sslv2(version, 9, session, 32);
                assertThat(readAnyWay(stream)).isEqualTo(HelloReading.found(""));
                for (int length = 0; length < 11; length++) {
                    assertThat(HelloReading.of(Arrays.copyOf(stream, length)))
                            .isEqualTo(HelloReading.MORE);
                }
            }
        }
    }

    @Test
    void upTo16KiB() {
        int others = small().extension(21, new byte[0]).record().length;
        HelloBytes largest = small().extension(21, new byte[ClientHello.LIMIT - others]);
        assertThat(largest.record()).hasSize(16 * 1024);
        assertThat(readAnyWay(largest.record())).isEqualTo(EXPECTED);
        byte[] message = largest.message();
        byte[] tooLarge = HelloBytes.records(message, message.length - 1);
        assertThat(readAnyWay(tooLarge)).isEqualTo(HelloReading.NOT_TLS);
        HelloBytes oneMore = small().extension(21, new byte[ClientHello.LIMIT - others + 1]);
        assertThat(readAnyWay(oneMore.record())).isEqualTo(HelloReading.NOT_TLS);
    }

    @Test
    void oneOfMoreThan16KiBIsRefusedByItsLength() {
        byte[] head = bytes(22, 3, 1, 0x40, 0, 1, 0, 0x3f, 0xf7);
        assertThat(HelloReading.of(head)).as("16 KiB").isEqualTo(HelloReading.MORE);
        head[8]++;
        assertThat(HelloReading.of(head)).isEqualTo(HelloReading.NOT_TLS);
        byte[] inTwoRecords = bytes(22, 3, 1, 0, 4, 1, 0, 0x3f, 0xf2);
        assertThat(HelloReading.of(inTwoRecords)).as("16 KiB").isEqualTo(HelloReading.MORE);
        inTwoRecords[8]++;
        assertThat(HelloReading.of(inTwoRecords)).isEqualTo(HelloReading.NOT_TLS);
    }

    @Test
    void theFirstHostNameCounts() {
        byte[] other = name(7, bytes(1, 2, 3));
        byte[] first = name(0, ascii("first.example"));
        byte[] second = name(0, ascii("second.example"));
        assertThat(readAnyWay(hello().serverNames(other, first, second, other).record()))
                .isEqualTo(HelloReading.found("first.example"));
        assertThat(readAnyWay(hello().serverNames(name(0, ascii("?")), second).record()))
                .as("the second does not replace an invalid first one")
                .isEqualTo(HelloReading.found(""));
        assertThat(readAnyWay(hello().serverNames(other).record()))
                .isEqualTo(HelloReading.found(""));
    }

    @Test
    void protocolsThatDoNotFitAreLeftOut() {
        String longest = "x".repeat(255);
        byte[] stream =
                hello().protocols("1" + longest.substring(1), longest, longest, longest, "h2", "y")
                        .record();
        assertThat(readAnyWay(stream).protocols())
                .containsExactly("1" + longest.substring(1), longest, longest, longest);
        byte[] almost =
                hello().protocols(longest, longest, longest, "z".repeat(252), "h2").record();
        assertThat(readAnyWay(almost).protocols())
                .containsExactly(longest, longest, longest, "z".repeat(252), "h2");
    }

    @Test
    void aHelloThatWasResetIsAsNew() {
        byte[][] streams = {
            large().record(),
            hello().serverName("other.example").record(),
            hello().protocols("h3").record(),
            HelloBytes.records(small().message(), 3),
            HelloBytes.sslv2(0x0301, 3, 0, 16),
            ascii("GET / HTTP/1.1\r\n"),
            Arrays.copyOf(large().record(), 1600),
            Arrays.copyOf(small().record(), 7)
        };
        ClientHello hello = new ClientHello();
        Random random = new Random(1);
        for (int round = 0; round < 2000; round++) {
            byte[] stream = streams[random.nextInt(streams.length)];
            hello.reset();
            assertThat(hello).hasToString("ClientHello[" + Progress.MORE + ", , []]");
            assertThat(HelloReading.of(hello, stream, () -> random.nextInt(1000)))
                    .isEqualTo(HelloReading.of(stream));
        }
    }

    /** At once and byte by byte, which must be the same. */
    private static HelloReading readAnyWay(byte[] stream) {
        HelloReading reading = HelloReading.of(stream);
        assertThat(HelloReading.of(stream, () -> 1)).isEqualTo(reading);
        return reading;
    }

    /** These, and the last of them again and again. */
    private static IntSupplier sizes(Integer... sizes) {
        Iterator<Integer> next = List.of(sizes).iterator();
        int last = sizes[sizes.length - 1];
        return () -> next.hasNext() ? next.next() : last;
    }
}
