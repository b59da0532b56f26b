package dev.eventloop.lb.proxyprotocol;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** Version 2 headers as bytes, valid and invalid ones. */
final class BinaryHeader {
    private static final byte[] SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");

    static final int LOCAL = 0x20;
    static final int PROXY = 0x21;
    static final int TCP4 = 0x11;
    static final int TCP6 = 0x21;

    /** 192.0.2.1:256 to 198.51.100.255:65535. */
    static final byte[] IPV4 = HexFormat.of().parseHex("c0000201" + "c63364ff" + "0100" + "ffff");

    /** [2001:db8::ff]:1 to [fe80::1:2]:32768. */
    static final byte[] IPV6 =
            HexFormat.of()
                    .parseHex(
                            "20010db80000000000000000000000ff"
                                    + "fe800000000000000000000000010002"
                                    + "0001"
                                    + "8000");

    private BinaryHeader() {}

    /** A header with a correct length field. */
    static byte[] of(int versionAndCommand, int family, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        return withLength(length, versionAndCommand, family, parts);
    }

    static byte[] withLength(int length, int versionAndCommand, int family, byte[]... parts) {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.writeBytes(SIGNATURE);
        header.write(versionAndCommand);
        header.write(family);
        header.write(length >> 8);
        header.write(length);
        for (byte[] part : parts) {
            header.writeBytes(part);
        }
        return header.toByteArray();
    }
}
