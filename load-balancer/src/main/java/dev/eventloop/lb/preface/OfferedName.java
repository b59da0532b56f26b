package dev.eventloop.lb.preface;

import java.nio.charset.StandardCharsets;

/** The host name in a ClientHello, in lower case and without the dot that it may end with. */
final class OfferedName {
    /** Of these, one may be the dot. */
    private final byte[] bytes = new byte[HostNames.MAX_LENGTH + 1];

    /** How many bytes came; those that do not fit are counted only. */
    private int came;

    private int length;

    void reset() {
        came = 0;
        length = 0;
    }

    void add(byte next) {
        if (came < bytes.length) {
            bytes[came] = HostNames.lowerCase(next);
        }
        came++;
    }

    /** All bytes came: from now on this is the name, or empty if they are none. */
    void end() {
        boolean complete = came <= bytes.length;
        int end = complete && came > 0 && bytes[came - 1] == '.' ? came - 1 : came;
        length = complete && HostNames.fault(bytes, end) == null ? end : 0;
    }

    /** How many bytes it has; 0 if there is none. */
    int length() {
        return length;
    }

    /** The bytes, of which the first {@link #length} are the name. */
    byte[] bytes() {
        return bytes;
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.US_ASCII);
    }
}
