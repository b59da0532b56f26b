package dev.eventloop.lb.proxyprotocol;

import dev.eventloop.net.NativeBuffer;
import java.util.Arrays;

/**
 * Reads a PROXY header of either version from the start of a stream, in pieces of any size. Not for
 * peers that may or may not send a header: the specification forbids guessing.
 *
 * <p>A stream without a header is refused at the first byte that does not match; the addresses of a
 * version 1 line are parsed once it is complete, as the specification demands. The additional
 * values (TLVs) of version 2 are skipped, including the checksum. Allocates nothing after
 * construction; {@link #reset} prepares it for another stream. Confined to one thread at a time.
 */
public final class ProxyHeaderReader {
    /** The state of a header. */
    public enum Progress {
        /** The header is incomplete; all bytes so far were consumed. */
        MORE,

        /** The header is complete and consumed, and no byte after it. */
        DONE,

        /**
         * This is not a valid header; the number of consumed bytes is undefined. See {@link #why}.
         */
        MALFORMED
    }

    private final ProxyAddresses addresses;
    private final LineParser line = new LineParser();

    /** The complete line of version 1, or the part before the TLVs of version 2. */
    private final byte[] head = new byte[Format.LONGEST_LINE];

    private int length;

    /** Version 2: the final length of head. */
    private int headLength;

    /** Version 2: how many bytes to skip after head. */
    private int rest;

    private Progress progress = Progress.MORE;
    private String why = "";

    /**
     * Makes a reader for the start of a stream.
     *
     * @param addresses set when a header is {@link Progress#DONE}, and unknown until then
     */
    public ProxyHeaderReader(ProxyAddresses addresses) {
        this.addresses = addresses;
        reset();
    }

    /** Prepares for the first byte of another stream, and makes the addresses unknown. */
    public void reset() {
        addresses.forget();
        length = 0;
        headLength = Format.FIXED_LENGTH;
        rest = 0;
        progress = Progress.MORE;
        why = "";
    }

    /**
     * Consumes bytes from the buffer, up to the last byte of the header. Call it again after {@link
     * Progress#MORE} with more bytes.
     */
    public Progress read(NativeBuffer buffer) {
        while (progress == Progress.MORE && buffer.readable() > 0) {
            if (length == headLength) {
                rest -= buffer.skip(rest);
                finishBinary();
            } else {
                head[length++] = buffer.get();
                take();
            }
        }
        return progress;
    }

    /**
     * A clause that says why the header is malformed, such as "its source is not an IPv4 address";
     * empty if it is not malformed.
     */
    public String why() {
        return why;
    }

    private void take() {
        if (head[0] == Format.SIGNATURE[0]) {
            takeBinary();
        } else {
            takeText();
        }
    }

    private void takeText() {
        headLength = head.length;
        int last = head[length - 1];
        boolean afterCr = length > 1 && head[length - 2] == '\r';
        if (!mayStartWith(Format.UNKNOWN_LINE)
                && !mayStartWith(Format.TCP4_LINE)
                && !mayStartWith(Format.TCP6_LINE)) {
            refuse(
                    mayStartWith(Format.TCP4_LINE, "PROXY ".length())
                            ? "its protocol is not TCP4, TCP6 or UNKNOWN"
                            : "it starts like neither version 1 nor version 2");
        } else if ((last == '\n') != afterCr) {
            refuse("its line has a CR without LF, or an LF without CR");
        } else if (last == '\n') {
            finishText();
        } else if (length == head.length) {
            refuse("its line has no end within 107 bytes");
        }
    }

    private void finishText() {
        String fault = line.parse(head, length - "\r\n".length(), addresses);
        if (fault == null) {
            progress = Progress.DONE;
        } else {
            refuse(fault);
        }
    }

    private void takeBinary() {
        if (!mayStartWith(Format.SIGNATURE)) {
            refuse("it starts like neither version 1 nor version 2");
        } else if (length == Format.SIGNATURE.length + 1) {
            checkVersion();
        } else if (length == Format.SIGNATURE.length + 2) {
            checkFamily();
        } else if (length == Format.FIXED_LENGTH) {
            checkLength();
        } else if (length == headLength) {
            finishBinary();
        }
    }

    private void checkVersion() {
        if (version() != Format.VERSION) {
            refuse("its version is not 2, but its signature is");
        } else if (command() != Format.LOCAL && command() != Format.PROXY) {
            refuse("its command is neither LOCAL nor PROXY");
        }
    }

    /** The family of a LOCAL header must be ignored (section 2.2 of the specification). */
    private void checkFamily() {
        if (command() == Format.PROXY && family() > Format.UNIX) {
            refuse("its address family is not in the specification");
        } else if (command() == Format.PROXY && transport() > Format.DATAGRAM) {
            refuse("its transport is not in the specification");
        }
    }

    private void checkLength() {
        rest = unsignedShort(Format.FIXED_LENGTH - Short.BYTES);
        boolean hasAddresses = command() == Format.PROXY && transport() != Format.UNSPEC;
        if (hasAddresses && rest < Format.addressesLength(family())) {
            refuse("its length is too short for the addresses of its family");
        } else if (isTcp()) {
            int addressesLength = Format.addressesLength(family());
            headLength += addressesLength;
            rest -= addressesLength;
        } else {
            finishBinary();
        }
    }

    private void finishBinary() {
        if (rest > 0) {
            return;
        }
        progress = Progress.DONE;
        int at = Format.FIXED_LENGTH;
        if (isTcp() && family() == Format.INET) {
            addresses.set(
                    0, ipv4(at), unsignedShort(at + 8), 0, ipv4(at + 4), unsignedShort(at + 10));
        } else if (isTcp()) {
            addresses.set(
                    bigEndian(at, Long.BYTES),
                    bigEndian(at + 8, Long.BYTES),
                    unsignedShort(at + 32),
                    bigEndian(at + 16, Long.BYTES),
                    bigEndian(at + 24, Long.BYTES),
                    unsignedShort(at + 34));
        }
    }

    private void refuse(String reason) {
        progress = Progress.MALFORMED;
        why = reason;
    }

    /** Whether the bytes so far match this beginning, as far as both go. */
    private boolean mayStartWith(byte[] beginning) {
        return mayStartWith(beginning, beginning.length);
    }

    private boolean mayStartWith(byte[] beginning, int beginningLength) {
        int common = Math.min(length, beginningLength);
        return Arrays.equals(head, 0, common, beginning, 0, common);
    }

    private int version() {
        return (head[Format.SIGNATURE.length] & 0xf0) >> 4;
    }

    private int command() {
        return head[Format.SIGNATURE.length] & 0xf;
    }

    private int family() {
        return (head[Format.SIGNATURE.length + 1] & 0xf0) >> 4;
    }

    private int transport() {
        return head[Format.SIGNATURE.length + 1] & 0xf;
    }

    private boolean isTcp() {
        return command() == Format.PROXY
                && transport() == Format.STREAM
                && (family() == Format.INET || family() == Format.INET6);
    }

    private long ipv4(int at) {
        return 0xffff_0000_0000L | bigEndian(at, Integer.BYTES);
    }

    private int unsignedShort(int at) {
        return (int) bigEndian(at, Short.BYTES);
    }

    private long bigEndian(int at, int bytes) {
        long value = 0;
        for (int i = at; i < at + bytes; i++) {
            value = value << Byte.SIZE | (head[i] & 0xff);
        }
        return value;
    }
}
