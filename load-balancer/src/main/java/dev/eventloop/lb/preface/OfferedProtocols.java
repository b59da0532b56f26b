package dev.eventloop.lb.preface;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The ALPN protocols in a ClientHello, the client's first choice first (RFC 7301, section 3.1).
 * Those that do not fit are left out.
 */
final class OfferedProtocols {
    /** In bytes, with one more for each name; all registered names take a third of it. */
    static final int CAPACITY = 1024;

    /** As they come: the length of each before its bytes. */
    private final byte[] bytes = new byte[CAPACITY];

    private int end;

    void reset() {
        end = 0;
    }

    /** Whether there is room for the next one; its bytes follow then. */
    boolean begin(int length) {
        if (length >= CAPACITY - end) {
            return false;
        }
        bytes[end++] = (byte) length;
        return true;
    }

    void add(byte next) {
        bytes[end++] = next;
    }

    boolean contains(byte[] protocol) {
        for (int at = 0; at < end; at = next(at)) {
            if (isAt(at, protocol)) {
                return true;
            }
        }
        return false;
    }

    /** Which of these comes first; -1 for none. */
    int preferred(byte[][] protocols) {
        for (int at = 0; at < end; at = next(at)) {
            for (int i = 0; i < protocols.length; i++) {
                if (isAt(at, protocols[i])) {
                    return i;
                }
            }
        }
        return -1;
    }

    List<String> toList() {
        List<String> list = new ArrayList<>();
        for (int at = 0; at < end; at = next(at)) {
            list.add(new String(bytes, at + 1, length(at), StandardCharsets.UTF_8));
        }
        return list;
    }

    private boolean isAt(int at, byte[] protocol) {
        int length = length(at);
        return length == protocol.length
                && Arrays.equals(bytes, at + 1, at + 1 + length, protocol, 0, length);
    }

    private int next(int at) {
        return at + 1 + length(at);
    }

    private int length(int at) {
        return bytes[at] & 0xff;
    }
}
