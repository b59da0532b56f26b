package dev.eventloop.lb.proxyprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.proxyprotocol.ProxyHeaderReader.Progress;
import dev.eventloop.net.NativeBuffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.IntSupplier;

/** The result of reading a stream, and how many bytes the reader consumed. */
record Reading(Progress progress, int taken, String addresses, String why) {
    static final int CAPACITY = 64 * 1024;

    /** Reads bytes that arrive all at once, as far as the buffer has room. */
    static Reading of(byte[] stream) {
        return of(stream, () -> CAPACITY);
    }

    /** Reads a text of one byte per character. */
    static Reading of(String stream) {
        return of(stream.getBytes(StandardCharsets.ISO_8859_1));
    }

    /**
     * Reads bytes that arrive in pieces of these sizes. Also checks what holds for all streams:
     * addresses are unknown until the header is complete, and the bytes after it are untouched.
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
                        .as("unread bytes, although the header is incomplete")
                        .isLessThanOrEqualTo(progress == Progress.MORE ? 0 : came);
                assertThat(addresses.isKnown() && progress != Progress.DONE).isFalse();
                assertThat(reader.why().isEmpty()).isEqualTo(progress != Progress.MALFORMED);
            }
            assertThat(reader.read(buffer)).as("read again").isEqualTo(progress);
            byte[] rest = new byte[buffer.readable()];
            assertThat(buffer.get(ByteBuffer.wrap(rest))).isEqualTo(rest.length);
            assertThat(ByteBuffer.wrap(rest))
                    .as("the bytes after the header")
                    .isEqualTo(ByteBuffer.wrap(stream, taken, rest.length));
        }
        return new Reading(progress, taken, addresses.toString(), reader.why());
    }
}
