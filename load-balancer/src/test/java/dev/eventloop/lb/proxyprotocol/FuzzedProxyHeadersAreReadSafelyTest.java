package dev.eventloop.lb.proxyprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.fixture.Fuzz;
import dev.eventloop.lb.proxyprotocol.ProxyHeaderReader.Progress;
import dev.eventloop.net.NativeBuffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Any bytes are a header, the beginning of one, or refused, however they are split; addresses are
 * read as they are written.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class FuzzedProxyHeadersAreReadSafelyTest {
    private static final int CAPACITY = 4096;

    private final NativeBuffer buffer = NativeBuffer.allocate(CAPACITY);
    private final ProxyAddresses addresses = new ProxyAddresses();
    private final ProxyHeaderReader reader = new ProxyHeaderReader(addresses);

    @AfterEach
    void free() {
        buffer.close();
    }

    /** What was read, and how many bytes the header had. */
    private record Read(Progress progress, int length, String addresses) {}

    private Read read(byte[] stream, IntSupplier sizes) {
        reader.reset();
        Progress progress = Progress.MORE;
        int length = 0;
        while (progress == Progress.MORE && length < stream.length) {
            int size = Math.min(stream.length - length, Math.max(1, sizes.getAsInt()));
            buffer.put(ByteBuffer.wrap(stream, length, size));
            progress = reader.read(buffer);
            length += size - buffer.readable();
            buffer.clear();
        }
        boolean isMalformed = progress == Progress.MALFORMED; // its length is undefined
        return new Read(progress, isMalformed ? 0 : length, addresses.toString());
    }

    private static List<byte[]> valid() {
        List<byte[]> valid = new ArrayList<>();
        for (String line :
                List.of(
                        "PROXY TCP4 192.0.2.1 198.51.100.255 256 65535\r\nGET /",
                        "PROXY TCP6 2001:db8::1 ::ffff:1.2.3.4 1 65535\r\n",
                        "PROXY TCP6 1:2:3:4:5:6:7:8 :: 1 2\r\n\r\n",
                        "PROXY UNKNOWN\r\nx",
                        "PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n")) {
            valid.add(line.getBytes(StandardCharsets.ISO_8859_1));
        }
        valid.add(BinaryHeader.of(BinaryHeader.PROXY, BinaryHeader.TCP4, BinaryHeader.IPV4));
        valid.add(BinaryHeader.of(BinaryHeader.PROXY, BinaryHeader.TCP6, BinaryHeader.IPV6));
        valid.add(BinaryHeader.of(BinaryHeader.LOCAL, 0));
        valid.add(
                BinaryHeader.of(
                        BinaryHeader.PROXY, BinaryHeader.TCP4, BinaryHeader.IPV4, new byte[300]));
        return valid;
    }

    @Test
    @DisplayName("50,000 mutations of headers of both versions")
    void mutations() {
        Map<Progress, Integer> count = new EnumMap<>(Progress.class);
        Fuzz.bytes(
                50_000,
                valid(),
                (stream, random) -> {
                    Read whole = read(stream, () -> CAPACITY);
                    String known = addresses.isKnown() ? addresses.toString() : null;
                    assertThat(read(stream, () -> 1)).isEqualTo(whole);
                    assertThat(read(stream, () -> random.nextInt(20))).isEqualTo(whole);
                    if (known != null) {
                        isReadAsItIsWritten(known);
                    }
                    count.merge(whole.progress(), 1, Integer::sum);
                });
        assertThat(count).as("of each kind").containsOnlyKeys(Progress.values());
        assertThat(count.values()).allMatch(each -> each > 1_000);
    }

    /** The addresses that were read last. */
    private void isReadAsItIsWritten(String known) {
        for (ProxyProtocol version : ProxyProtocol.values()) {
            ProxyHeaderWriter.write(version, addresses, buffer);
            reader.reset();
            assertThat(reader.read(buffer)).isEqualTo(Progress.DONE);
            assertThat(addresses.toString()).as("%s", version).isEqualTo(known);
            assertThat(buffer.readable()).isZero();
            buffer.clear();
        }
    }

    @Test
    @DisplayName("50,000 pairs of addresses, written and read")
    void addresses() {
        for (long seed = Fuzz.firstSeed(); seed < Fuzz.firstSeed() + 50_000; seed++) {
            Random random = new Random(seed);
            boolean v4 = random.nextBoolean();
            long prefix = 0xffff_0000_0000L;
            addresses.set(
                    v4 ? 0 : sparse(random),
                    v4 ? prefix | (random.nextInt() & 0xffff_ffffL) : sparse(random),
                    random.nextInt(0x10000),
                    v4 ? 0 : sparse(random),
                    v4 ? prefix | (random.nextInt() & 0xffff_ffffL) : sparse(random),
                    random.nextInt(0x10000));
            try {
                isReadAsItIsWritten(addresses.toString());
            } catch (RuntimeException | Error e) {
                throw new AssertionError("-Dfuzz.seed=" + seed, e);
            }
        }
    }

    /** Groups of zeros are written as two colons. */
    private static long sparse(Random random) {
        long some = random.nextLong();
        return some & random.nextLong() & (0xffffL << (16 * random.nextInt(4)));
    }
}
