package dev.eventloop.lb.preface;

import dev.eventloop.lb.preface.ClientHello.Progress;
import dev.eventloop.net.NativeBuffer;

/**
 * A ClientHello in the format of SSLv2 (RFC 5246, appendix E.2). It can have no extensions, so its
 * fixed part is all there is to know.
 */
final class Sslv2Hello {
    private static final int CLIENT_HELLO = 1;
    private static final int SSL_2 = 0x0002;
    private static final int HEAD_LENGTH = 11;

    /** The length does not count itself. */
    private static final int LENGTH_LENGTH = 2;

    private static final int CIPHER_LENGTH = 3;

    private Sslv2Hello() {}

    /** The first bit of the length is set; no type of TLS record has it. */
    static boolean mayBegin(NativeBuffer buffer) {
        return buffer.readable() > 0 && buffer.peek(0) < 0;
    }

    static Progress read(NativeBuffer buffer) {
        int there = buffer.readable();
        if (there > 2 && buffer.peek(2) != CLIENT_HELLO) {
            return Progress.NOT_TLS;
        } else if (there > 4 && !isVersion(unsignedShort(buffer, 3))) {
            return Progress.NOT_TLS;
        } else if (there < HEAD_LENGTH) {
            return Progress.MORE;
        }
        return lengthsAddUp(buffer) ? Progress.FOUND : Progress.NOT_TLS;
    }

    private static boolean isVersion(int version) {
        return version == SSL_2 || version >>> Byte.SIZE == HandshakeRecords.MAJOR_VERSION;
    }

    /** A session is 0 bytes, or was 16 (RFC 2246, appendix E.1); a challenge is 16 to 32. */
    private static boolean lengthsAddUp(NativeBuffer buffer) {
        int length = unsignedShort(buffer, 0) & 0x7fff;
        int ciphers = unsignedShort(buffer, 5);
        int session = unsignedShort(buffer, 7);
        int challenge = unsignedShort(buffer, 9);
        return ciphers > 0
                && ciphers % CIPHER_LENGTH == 0
                && (session == 0 || session == 16)
                && challenge >= 16
                && challenge <= 32
                && LENGTH_LENGTH + length == HEAD_LENGTH + ciphers + session + challenge
                && LENGTH_LENGTH + length <= ClientHello.LIMIT;
    }

    private static int unsignedShort(NativeBuffer buffer, int index) {
        return (buffer.peek(index) & 0xff) << Byte.SIZE | (buffer.peek(index + 1) & 0xff);
    }
}
