package dev.eventloop.net;

import dev.eventloop.libc.SocketConstants;
import java.nio.ByteBuffer;

/**
 * The first two bytes of a {@code struct sockaddr}, which differ between systems. The port and the
 * IP address, or the path, follow.
 *
 * @param hasLength true: one byte for the length and one for the family, as in sys/socket.h of
 *     macOS and the BSDs; false: two bytes for the family, as in bits/socket.h of Linux
 * @param pathSize {@code sizeof sun_path} of sys/un.h, including the terminating NUL
 */
record SockaddrLayout(boolean hasLength, int pathSize) {
    static final SockaddrLayout LINUX = new SockaddrLayout(false, 108);
    static final SockaddrLayout BSD = new SockaddrLayout(true, 104);

    static final SockaddrLayout OF_THIS_MACHINE = SocketConstants.SOCKADDR_HAS_LENGTH ? BSD : LINUX;

    /** The size of the largest address in bytes: {@code sizeof(struct sockaddr_un)} of Linux. */
    static final int CAPACITY = 110;

    private static final int FAMILY_BEHIND_LENGTH = 1;

    int family(ByteBuffer address) {
        return hasLength ? address.get(FAMILY_BEHIND_LENGTH) : address.getShort(0);
    }

    /**
     * @param length of the whole address
     */
    void begin(ByteBuffer address, int family, int length) {
        if (hasLength) {
            address.put(0, (byte) length);
            address.put(FAMILY_BEHIND_LENGTH, (byte) family);
        } else {
            address.putShort(0, (short) family);
        }
    }
}
