package dev.eventloop.lb.preface;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Builds ClientHellos, also such as no client sends. */
final class HelloBytes {
    static final int SERVER_NAME = 0;
    static final int ALPN = 16;
    static final int KEY_SHARE = 51;

    /** Values that clients send so that servers get used to unknown ones (RFC 8701). */
    static final int GREASE = 0x5a5a;

    private static final int HANDSHAKE = 22;

    private int version = 0x0303;
    private byte[] sessionId = new byte[32];
    private byte[] ciphers = bytes(0x5a, 0x5a, 0x13, 0x01, 0x13, 0x02, 0xc0, 0x2f);
    private byte[] compressions = bytes(0);
    private final List<byte[]> extensions = new ArrayList<>();
    private boolean hasExtensions = true;

    static HelloBytes hello() {
        return new HelloBytes();
    }

    HelloBytes version(int newVersion) {
        version = newVersion;
        return this;
    }

    HelloBytes sessionId(int length) {
        sessionId = new byte[length];
        return this;
    }

    HelloBytes ciphers(int... values) {
        ciphers = bytes(values);
        return this;
    }

    HelloBytes compressions(int... values) {
        compressions = bytes(values);
        return this;
    }

    HelloBytes withoutExtensions() {
        hasExtensions = false;
        return this;
    }

    HelloBytes extension(int type, byte[] content) {
        extensions.add(join(number(2, type), number(2, content.length), content));
        return this;
    }

    HelloBytes serverName(String name) {
        return serverNames(name(0, ascii(name)));
    }

    /** Each made by {@link #name}. */
    HelloBytes serverNames(byte[]... names) {
        return extension(SERVER_NAME, prefixed(2, join(names)));
    }

    HelloBytes protocols(String... protocols) {
        byte[][] names =
                Arrays.stream(protocols).map(p -> prefixed(1, ascii(p))).toArray(byte[][]::new);
        return extension(ALPN, prefixed(2, join(names)));
    }

    static byte[] name(int type, byte[] name) {
        return join(number(1, type), prefixed(2, name));
    }

    /** The handshake message, with no record around it. */
    byte[] message() {
        byte[] random = new byte[32];
        Arrays.fill(random, (byte) 0xa5);
        byte[] body =
                join(
                        number(2, version),
                        random,
                        prefixed(1, sessionId),
                        prefixed(2, ciphers),
                        prefixed(1, compressions),
                        hasExtensions
                                ? prefixed(2, join(extensions.toArray(byte[][]::new)))
                                : new byte[0]);
        return join(number(1, 1), prefixed(3, body));
    }

    /** In one record. */
    byte[] record() {
        return record(0x0301, message());
    }

    static byte[] record(int version, byte[] fragment) {
        return join(number(1, HANDSHAKE), number(2, version), prefixed(2, fragment));
    }

    /** A message in records of this many bytes each, the last of what is left. */
    static byte[] records(byte[] message, int size) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int at = 0; at < message.length; at += size) {
            byte[] fragment = Arrays.copyOfRange(message, at, Math.min(at + size, message.length));
            all.writeBytes(record(0x0301, fragment));
        }
        return all.toByteArray();
    }

    /** In the format of SSLv2 (RFC 5246, appendix E.2). */
    static byte[] sslv2(int version, int ciphers, int session, int challenge) {
        byte[] message =
                join(
                        number(1, 1),
                        number(2, version),
                        number(2, ciphers),
                        number(2, session),
                        number(2, challenge),
                        new byte[ciphers + session + challenge]);
        return join(number(2, 0x8000 | message.length), message);
    }

    static byte[] prefixed(int width, byte[] content) {
        return join(number(width, content.length), content);
    }

    static byte[] number(int width, int value) {
        byte[] bytes = new byte[width];
        for (int i = 0; i < width; i++) {
            bytes[i] = (byte) (value >>> (Byte.SIZE * (width - 1 - i)));
        }
        return bytes;
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    /** Of a text, of which each character is one byte. */
    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
