package dev.eventloop.lb.proxyprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.proxyprotocol.ProxyHeaderReader.Progress;
import dev.eventloop.net.NativeBuffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.IntSupplier;

/** What a reader made of a stream, and how many bytes of it it took. */
record Reading(Progress progress, int taken, String addresses, String why) {
    static final int CAPACITY = 64 * 1024;

    /** Of bytes that come all at once, as far as a buffer has room. */
    static Reading of(byte[] stream) {
        return of(stream, () -> CAPACITY);
    }

    /** Of a text, of which each character is one byte. */
    static Reading of(String stream) {
        return of(stream.getBytes(StandardCharsets.ISO_8859_1));
    }

    /**
     * Of bytes that come in pieces of these sizes. Checks on the way what is true of all streams:
     * addresses are known in the end only, and what is behind the header is left as it was.
     */
    static Reading of(byte[] stream, IntSupplier sizes) {
        ProxyAddresses addresses = new ProxyAddresses();
        ProxyHeaderReader reader = new ProxyHeaderReader(addresses);
        Progress progress = Progress.MORE;
        int taken = 0;
        try (NativeBuffer buffer = NativeBuffer.allocate(CAPACITY)) {
            while (progress == Progress.MORE && taken < stream.length) {
                int size = Math.min(stream.length - taken, Math.max(1, sizes.getAsInt()));
                int came = buffer.put(ByteBuffer.wrap(stream, taken, size));
                progress = reader.read(buffer);
                taken += came - buffer.readable();
                assertThat(buffer.readable())
                        .as("left over, though there is to be more")
                        .isLessThanOrEqualTo(progress == Progress.MORE ? 0 : came);
                assertThat(addresses.isKnown() && progress != Progress.DONE).isFalse();
                assertThat(reader.why().isEmpty()).isEqualTo(progress != Progress.MALFORMED);
            }
            assertThat(reader.read(buffer)).as("asked again").isEqualTo(progress);
            byte[] rest = new byte[buffer.readable()];
            assertThat(buffer.get(ByteBuffer.wrap(rest))).isEqualTo(rest.length);
            assertThat(ByteBuffer.wrap(rest))
                    .as("what is behind the header")
                    .isEqualTo(ByteBuffer.wrap(stream, taken, rest.length));
        }
        return new Reading(progress, taken, addresses.toString(), reader.why());
    }
}
