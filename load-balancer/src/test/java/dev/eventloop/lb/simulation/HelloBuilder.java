package dev.eventloop.lb.simulation;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Writes the TLS ClientHellos of simulated clients (RFC 8446, section 4.1.2). */
final class HelloBuilder {
    private static final int HANDSHAKE_RECORD = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int SERVER_NAME = 0;
    private static final int ALPN = 16;
    private static final int PADDING = 21;

    private HelloBuilder() {}

    /**
     * A ClientHello, which has the number of the client in its random bytes.
     *
     * @param name empty for none
     * @param padding bytes of an extension that means nothing
     * @param fragment the most bytes of a TLS record
     */
    static byte[] hello(
            long number, String name, List<String> protocols, int padding, int fragment) {
        byte[] random = ByteBuffer.allocate(32).putLong(number).putLong(~number).array();
        ByteArrayOutputStream extensions = new ByteArrayOutputStream();
        extensions.writeBytes(extension(PADDING, new byte[padding]));
        if (!name.isEmpty()) {
            byte[] entry = join(new byte[1], prefixed(2, ascii(name)));
            extensions.writeBytes(extension(SERVER_NAME, prefixed(2, entry)));
        }
        if (!protocols.isEmpty()) {
            ByteArrayOutputStream list = new ByteArrayOutputStream();
            protocols.forEach(protocol -> list.writeBytes(prefixed(1, ascii(protocol))));
            extensions.writeBytes(extension(ALPN, prefixed(2, list.toByteArray())));
        }
        byte[] body =
                join(
                        number(2, 0x0303),
                        random,
                        prefixed(1, new byte[32]),
                        prefixed(2, new byte[] {0x13, 0x01, 0x13, 0x02}),
                        prefixed(1, new byte[1]),
                        prefixed(2, extensions.toByteArray()));
        return records(join(number(1, CLIENT_HELLO), prefixed(3, body)), fragment);
    }

    private static byte[] records(byte[] message, int fragment) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int at = 0; at < message.length; at += fragment) {
            int end = Math.min(at + fragment, message.length);
            all.writeBytes(number(1, HANDSHAKE_RECORD));
            all.writeBytes(number(2, 0x0301));
            all.writeBytes(prefixed(2, Arrays.copyOfRange(message, at, end)));
        }
        return all.toByteArray();
    }

    private static byte[] extension(int type, byte[] content) {
        return join(number(2, type), prefixed(2, content));
    }

    private static byte[] prefixed(int width, byte[] content) {
        return join(number(width, content.length), content);
    }

    private static byte[] number(int width, int value) {
        byte[] bytes = new byte[width];
        for (int i = 0; i < width; i++) {
            bytes[i] = (byte) (value >>> (Byte.SIZE * (width - 1 - i)));
        }
        return bytes;
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
