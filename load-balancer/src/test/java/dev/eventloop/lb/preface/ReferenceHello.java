package dev.eventloop.lb.preface;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A ClientHello read in the plainest way, all at once from bytes that are all there, to compare
 * with. What is missing or malformed is the same to it: there is no hello.
 */
final class ReferenceHello {
    private String serverName = "";
    private boolean hasHostName;
    private final List<String> protocols = new ArrayList<>();

    private ReferenceHello() {}

    /** Null if there is none, as far as these bytes go. */
    static HelloReading read(byte[] stream) {
        ByteBuffer bytes =
                ByteBuffer.wrap(stream, 0, Math.min(stream.length, ClientHello.LIMIT)).slice();
        try {
            return bytes.get(0) < 0 ? sslv2(bytes) : ofMessage(message(bytes));
        } catch (BufferUnderflowException | IndexOutOfBoundsException | Malformed e) {
            return null;
        }
    }

    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;
    }

    private static void require(boolean condition) throws Malformed {
        if (!condition) {
            throw new Malformed();
        }
    }

    private static ByteBuffer message(ByteBuffer records) throws Malformed {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        while (message.size() < 4 || message.size() < 4 + length(message.toByteArray())) {
            require(records.get() == 22 && records.get() == 3);
            records.get();
            byte[] fragment = new byte[records.getShort() & 0xffff];
            require(fragment.length > 0 && fragment.length <= 16_384);
            int there = Math.min(fragment.length, records.remaining());
            records.get(fragment, 0, there);
            message.write(fragment, 0, there);
        }
        byte[] whole = message.toByteArray();
        require(whole[0] == 1);
        return ByteBuffer.wrap(whole, 4, length(whole)).slice();
    }

    private static int length(byte[] message) {
        return ByteBuffer.wrap(message).getInt() & 0xff_ffff;
    }

    private static HelloReading ofMessage(ByteBuffer message) throws Malformed {
        require(message.get() == 3);
        message.get(new byte[1 + 32]);
        require(vector(message, 1).remaining() <= 32);
        int ciphers = vector(message, 2).remaining();
        require(ciphers > 0 && ciphers % 2 == 0);
        require(vector(message, 1).hasRemaining());
        ReferenceHello hello = new ReferenceHello();
        if (message.hasRemaining()) {
            ByteBuffer extensions = vector(message, 2);
            require(!message.hasRemaining());
            hello.readExtensions(extensions);
        }
        return HelloReading.found(hello.serverName, hello.protocols.toArray(String[]::new));
    }

    private void readExtensions(ByteBuffer extensions) throws Malformed {
        Set<Short> types = new HashSet<>();
        while (extensions.hasRemaining()) {
            short type = extensions.getShort();
            ByteBuffer content = vector(extensions, 2);
            if (type == 0 || type == 16) {
                require(types.add(type));
                ByteBuffer list = vector(content, 2);
                require(list.hasRemaining() && !content.hasRemaining());
                while (list.hasRemaining()) {
                    if (type == 0) {
                        readName(list.get(), vector(list, 2));
                    } else {
                        ByteBuffer protocol = vector(list, 1);
                        require(protocol.hasRemaining());
                        protocols.add(StandardCharsets.UTF_8.decode(protocol).toString());
                    }
                }
            }
        }
    }

    private void readName(int type, ByteBuffer name) {
        if (type == 0 && !hasHostName) {
            hasHostName = true;
            String text = StandardCharsets.ISO_8859_1.decode(name).toString();
            String withoutDot = text.replaceFirst("\\.\\z", "");
            boolean valid =
                    withoutDot.matches("([A-Za-z0-9_-]{1,63}\\.)*[A-Za-z0-9_-]{1,63}")
                            && !withoutDot.matches("(.*\\.)?[0-9]+")
                            && withoutDot.length() <= 253;
            serverName = valid ? withoutDot.toLowerCase(Locale.ROOT) : "";
        }
    }

    private static ByteBuffer vector(ByteBuffer from, int width) {
        int length = 0;
        for (int i = 0; i < width; i++) {
            length = length << Byte.SIZE | (from.get() & 0xff);
        }
        if (length > from.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer vector = from.slice(from.position(), length);
        from.position(from.position() + length);
        return vector;
    }

    private static HelloReading sslv2(ByteBuffer bytes) throws Malformed {
        int length = bytes.getShort() & 0x7fff;
        require(bytes.get() == 1);
        int version = bytes.getShort();
        require(version == 2 || version >> 8 == 3);
        int ciphers = bytes.getShort() & 0xffff;
        int session = bytes.getShort() & 0xffff;
        int challenge = bytes.getShort() & 0xffff;
        require(ciphers % 3 == 0 && ciphers > 0 && (session == 0 || session == 16));
        require(challenge >= 16 && challenge <= 32);
        require(length == 9 + ciphers + session + challenge && length + 2 <= ClientHello.LIMIT);
        return HelloReading.found("");
    }
}
