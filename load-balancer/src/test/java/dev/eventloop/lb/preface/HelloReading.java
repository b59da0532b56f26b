package dev.eventloop.lb.preface;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.preface.ClientHello.Progress;
import dev.eventloop.net.NativeBuffer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.IntSupplier;

/** What was made of the bytes that a client sent. */
record HelloReading(Progress progress, String serverName, List<String> protocols) {
    private static final int CAPACITY = 128 * 1024;
    private static final byte[] TAKEN = {22, 3, 1, 0, 0};

    /** What bytes become that are no UTF-8. */
    private static final char NO_TEXT = '\ufffd';

    static final HelloReading NOT_TLS = new HelloReading(Progress.NOT_TLS, "", List.of());
    static final HelloReading MORE = new HelloReading(Progress.MORE, "", List.of());

    static HelloReading found(String serverName, String... protocols) {
        return new HelloReading(Progress.FOUND, serverName, List.of(protocols));
    }

    /** Of bytes that arrive all at once. */
    static HelloReading of(byte[] stream) {
        return of(stream, () -> CAPACITY);
    }

    /**
     * Of bytes that arrive in pieces of these sizes. Checks on the way what is true of all streams:
     * the bytes stay as they are, and the answer is the last one.
     */
    static HelloReading of(byte[] stream, IntSupplier sizes) {
        return of(new ClientHello(), stream, sizes);
    }

    /** With a hello that is as new. */
    static HelloReading of(ClientHello hello, byte[] stream, IntSupplier sizes) {
        try (NativeBuffer buffer = behindOtherBytes()) {
            Progress progress = hello.read(buffer);
            assertThat(progress).as("of no bytes").isEqualTo(Progress.MORE);
            int came = 0;
            while (progress == Progress.MORE && came < stream.length) {
                int size = Math.min(stream.length - came, Math.max(1, sizes.getAsInt()));
                came += buffer.put(ByteBuffer.wrap(stream, came, size));
                progress = hello.read(buffer);
                assertThat(progress == Progress.MORE && came >= ClientHello.LIMIT)
                        .as("more, at the limit")
                        .isFalse();
            }
            HelloReading reading = what(hello, progress);
            buffer.put(ByteBuffer.wrap(stream, came, stream.length - came));
            if (progress != Progress.MORE) {
                assertThat(what(hello, hello.read(buffer))).as("asked again").isEqualTo(reading);
            }
            byte[] left = new byte[buffer.readable()];
            assertThat(buffer.get(ByteBuffer.wrap(left))).isEqualTo(stream.length);
            assertThat(left).as("what the backend gets").isEqualTo(stream);
            return reading;
        }
    }

    /** What was taken before is not looked at. */
    private static NativeBuffer behindOtherBytes() {
        NativeBuffer buffer = NativeBuffer.allocate(CAPACITY);
        buffer.put(ByteBuffer.wrap(TAKEN));
        assertThat(buffer.skip(TAKEN.length)).isEqualTo(TAKEN.length);
        return buffer;
    }

    private static HelloReading what(ClientHello hello, Progress progress) {
        assertThat(hello.hasServerName()).isEqualTo(!hello.serverName().isEmpty());
        for (String protocol : hello.protocols()) {
            boolean isText = protocol.indexOf(NO_TEXT) < 0;
            assertThat(hello.offers(Route.bytes(protocol))).as(protocol).isEqualTo(isText);
        }
        return new HelloReading(progress, hello.serverName(), hello.protocols());
    }
}
