package dev.eventloop.lb.proxyprotocol;

import dev.eventloop.net.NativeBuffer;
import java.util.Arrays;

/**
 * Takes a PROXY header of either version off the front of a stream, in whatever pieces it comes.
 * Not for peers that may or may not send one: the specification forbids to guess.
 *
 * <p>What does not begin as a header is told at the first byte that shows it; the addresses of a
 * line are looked at when it is whole, as the specification demands. Version 2's additional values
 * (TLV) are passed over, their checksum among them. Allocates nothing but itself; {@link #reset}
 * makes it as new. Confined to one thread at a time.
 */
public final class ProxyHeaderReader {
    /** How far it has come. */
    public enum Progress {
        /** The header goes on behind the bytes that there were; they are taken. */
        MORE,

        /** The header is taken, and no byte behind it. */
        DONE,

        /** This is no header; how many bytes were taken is undefined. See {@link #why}. */
        MALFORMED
    }

    private final ProxyAddresses addresses;
    private final LineParser line = new LineParser();

    /** The whole of a line, or of version 2 what comes before the TLVs. */
    private final byte[] head = new byte[Format.LONGEST_LINE];

    private int length;

    /** Of version 2: how many bytes of head there will be, and how many follow that are skipped. */
    private int headLength;

    private int rest;

    private Progress progress = Progress.MORE;
    private String why = "";

    /**
     * A reader at the beginning of a stream.
     *
     * @param addresses filled when a header is {@link Progress#DONE}, and unknown until then
     */
    public ProxyHeaderReader(ProxyAddresses addresses) {
        this.addresses = addresses;
        reset();
    }

    /** Forgets everything: the next byte is the first of a stream. */
    public void reset() {
        addresses.forget();
        length = 0;
        headLength = Format.FIXED_LENGTH;
        rest = 0;
        progress = Progress.MORE;
        why = "";
    }

    /** Takes bytes off the buffer up to the header's last, which it may do any number of times. */
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

    /** Why it is malformed, to be put behind "the header is refused: "; empty if it is not. */
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
        if (!mayBegin(Format.UNKNOWN_LINE)
                && !mayBegin(Format.TCP4_LINE)
                && !mayBegin(Format.TCP6_LINE)) {
            refuse(
                    mayBeginAs(Format.TCP4_LINE, "PROXY ".length())
                            ? "its protocol is none of TCP4, TCP6 and UNKNOWN"
                            : "it begins as neither version does");
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
        if (!mayBegin(Format.SIGNATURE)) {
            refuse("it begins as neither version does");
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
            refuse("its signature is that of version 2, its version is not");
        } else if (command() != Format.LOCAL && command() != Format.PROXY) {
            refuse("its command is neither LOCAL nor PROXY");
        }
    }

    /** A LOCAL header's family is to be ignored, whatever it is. */
    private void checkFamily() {
        if (command() == Format.PROXY && family() > Format.UNIX) {
            refuse("its address family is none of the protocol's");
        } else if (command() == Format.PROXY && transport() > Format.DATAGRAM) {
            refuse("its transport is none of the protocol's");
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

    /** Whether what has come so far is, as far as both go, the same. */
    private boolean mayBegin(byte[] beginning) {
        return mayBeginAs(beginning, beginning.length);
    }

    private boolean mayBeginAs(byte[] beginning, int beginningLength) {
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
