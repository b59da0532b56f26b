package dev.eventloop.lb.preface;

import static dev.eventloop.lb.preface.HelloBytes.hello;
import static dev.eventloop.lb.preface.HelloBytes.join;
import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.fixture.Fuzz;
import dev.eventloop.lb.preface.ClientHello.Progress;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever bytes arrive, the reader has an answer within 16 KiB that depends on nothing but them,
 * and that a plain parser agrees with. Each failure tells its seed; {@code -Dfuzz.seed} begins with
 * it.
 */
@Timeout(120)
@Tag("real")
class FuzzedHellosAreReadSafelyTest {
    private static final int SEEDS = 10_000;
    private static final long FIRST = Fuzz.firstSeed();
    private static final String[] NAMES = {
        "www.example.org", "A.B.c", "x.", "", "192.0.2.1", "a..b", "\u00ff", "localhost"
    };
    private static final String[] PROTOCOLS = {"h2", "http/1.1", "\u008a\u008a", "x", "h3"};

    @Test
    @DisplayName("20,000 hellos with some bytes changed, cut out, doubled, or cut off")
    void mutatedHellos() {
        int found = 0;
        int notTls = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            Random random = new Random(seed);
            Progress answer = check(seed, mutate(random, randomHello(random)));
            found += answer == Progress.FOUND ? 1 : 0;
            notTls += answer == Progress.NOT_TLS ? 1 : 0;
        }
        assertThat(Math.min(found, notTls)).as("both were tried").isGreaterThan(SEEDS / 20);
    }

    @Test
    @DisplayName("20,000 times noise, most of it with the beginning of a hello")
    void noise() {
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            Random random = new Random(seed);
            byte[] noise = new byte[1 + random.nextInt(200)];
            random.nextBytes(noise);
            byte[] beginning = randomHello(random);
            int kept = Math.min(random.nextInt(100), Math.min(noise.length, beginning.length));
            System.arraycopy(beginning, 0, noise, 0, kept);
            check(seed, noise);
        }
    }

    @Test
    @DisplayName(
            "hellos of some 16 KiB in records of any size: an answer by the last byte of 16 KiB")
    void atTheLimit() {
        for (long seed = FIRST; seed < FIRST + 300; seed++) {
            Random random = new Random(seed);
            byte[] padding = new byte[16_100 + random.nextInt(300)];
            byte[] message = hello().serverName("a.example").extension(21, padding).message();
            byte[] stream =
                    HelloBytes.records(message, 1 + random.nextInt(1 << random.nextInt(15)));
            Progress answer = check(seed, stream);
            assertThat(answer)
                    .as("seed %d", seed)
                    .isEqualTo(
                            stream.length <= ClientHello.LIMIT ? Progress.FOUND : Progress.NOT_TLS);
        }
    }

    @Test
    @DisplayName("each byte of a hello as each other value")
    void everySingleByte() {
        byte[] stream = hello().sessionId(1).serverName("a.bc").protocols("h2").record();
        for (int at = 0; at < stream.length; at++) {
            for (int value = 0; value < 256; value++) {
                byte[] changed = stream.clone();
                changed[at] = (byte) value;
                check(at * 1000L + value, changed);
            }
        }
    }

    private static Progress check(long seed, byte[] stream) {
        HelloReading reading = HelloReading.of(stream);
        Random random = new Random(seed);
        assertThat(HelloReading.of(stream, () -> 1)).as("seed %d", seed).isEqualTo(reading);
        assertThat(HelloReading.of(stream, () -> random.nextInt(40)))
                .as("seed %d", seed)
                .isEqualTo(reading);
        HelloReading reference = ReferenceHello.read(stream);
        assertThat(reading.progress() == Progress.FOUND ? reading : null)
                .as("seed %d", seed)
                .isEqualTo(reference);
        if (reading.progress() == Progress.MORE) {
            checkMore(seed, stream, random);
        } else {
            checkPrefixes(seed, stream, reading, random);
        }
        return reading.progress();
    }

    /** With all bytes that may be looked at there is an answer. */
    private static void checkMore(long seed, byte[] stream, Random random) {
        assertThat(stream.length).as("seed %d", seed).isLessThan(ClientHello.LIMIT);
        byte[] rest = new byte[ClientHello.LIMIT - stream.length];
        random.nextBytes(rest);
        assertThat(HelloReading.of(join(stream, rest)).progress())
                .as("seed %d", seed)
                .isNotEqualTo(Progress.MORE);
    }

    /** From some byte on there is this answer; before it, there is none. */
    private static void checkPrefixes(
            long seed, byte[] stream, HelloReading reading, Random random) {
        int known = 1 + random.nextInt(stream.length);
        for (int length : new int[] {known, known - 1, stream.length - 1}) {
            HelloReading ofPrefix = HelloReading.of(Arrays.copyOf(stream, length));
            assertThat(ofPrefix).as("seed %d", seed).isIn(reading, HelloReading.MORE);
        }
    }

    private static byte[] randomHello(Random random) {
        if (random.nextInt(20) == 0) {
            int version = random.nextBoolean() ? 2 : 0x0301;
            return HelloBytes.sslv2(version, 3 * random.nextInt(9), 0, 16 + random.nextInt(17));
        }
        HelloBytes hello =
                hello().sessionId(random.nextInt(33)).version(0x0300 + random.nextInt(5));
        for (int i = random.nextInt(6); i > 0; i--) {
            switch (random.nextInt(4)) {
                case 0 -> hello.serverName(NAMES[random.nextInt(NAMES.length)]);
                case 1 ->
                        hello.protocols(
                                Arrays.copyOf(PROTOCOLS, 1 + random.nextInt(PROTOCOLS.length)));
                default -> hello.extension(random.nextInt(0x10000), new byte[random.nextInt(60)]);
            }
        }
        if (random.nextInt(10) == 0) {
            hello.withoutExtensions();
        }
        byte[] message = hello.message();
        return HelloBytes.records(
                message, random.nextBoolean() ? message.length : 1 + random.nextInt(100));
    }

    private static byte[] mutate(Random random, byte[] original) {
        byte[] stream = original.clone();
        for (int i = random.nextInt(4); i > 0 && stream.length > 1; i--) {
            int at = random.nextInt(stream.length);
            int length = random.nextInt(Math.min(8, stream.length - at));
            byte[] before = Arrays.copyOf(stream, at);
            byte[] part = Arrays.copyOfRange(stream, at, at + length);
            byte[] after = Arrays.copyOfRange(stream, at + length, stream.length);
            switch (random.nextInt(7)) {
                case 0 -> stream[at] = (byte) random.nextInt();
                case 1 -> stream[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> stream[at] += (byte) (random.nextBoolean() ? 1 : -1);
                case 3 -> stream[at] = (byte) (random.nextBoolean() ? 0 : 0xff);
                case 4 -> stream = join(before, after);
                case 5 -> stream = join(before, part, part, after);
                default -> stream = random.nextInt(3) == 0 ? join(before, part) : stream;
            }
        }
        return stream;
    }
}
