package dev.eventloop.net;

import dev.eventloop.libc.OperatingSystem;
import dev.eventloop.libc.SocketConstants;
import java.nio.ByteBuffer;

/**
 * A {@code struct msghdr} with one {@code struct iovec} and one control message of fds, in one
 * block of memory: sys/socket.h and, for the data of a control message, CMSG_DATA of each system.
 * All are little-endian, so that a field that is long on Linux and int elsewhere begins with the
 * same bytes.
 */
final class MessageLayout {
    /** The most fds of a message: SCM_MAX_FD of Linux, the lowest of all systems. */
    static final int MOST_FDS = 253;

    private static final int IOV = 16;
    private static final int IOV_LENGTH = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int IOVEC = 64;
    private static final int CONTROL_MESSAGE = 80;
    private static final int CONTROL_SIZE = 16 + (MOST_FDS + 1) * Integer.BYTES;

    /** Where the bytes of the message are. */
    static final int DATA = CONTROL_MESSAGE + CONTROL_SIZE;

    private static final int SCM_RIGHTS = 1;

    private final boolean isLinux;

    /** Of the fds in a control message. */
    private final int fds;

    MessageLayout(OperatingSystem system) {
        this.isLinux = system == OperatingSystem.LINUX;
        // CMSG_ALIGN is 4 bytes on macOS and 8 on the others.
        this.fds = system == OperatingSystem.MACOS ? 12 : 16;
    }

    /** Describes {@code length} bytes at {@link #DATA}, with fds to send or room for some. */
    void describe(ByteBuffer block, long address, int length, int[] sent) {
        for (int i = 0; i < CONTROL_MESSAGE; i += Long.BYTES) {
            block.putLong(i, 0);
        }
        block.putLong(IOV, address + IOVEC);
        block.putInt(IOV_LENGTH, 1);
        block.putLong(IOVEC, address + DATA);
        block.putLong(IOVEC + Long.BYTES, length);
        if (sent == null) {
            block.putLong(CONTROL, address + CONTROL_MESSAGE);
            block.putInt(CONTROL_LENGTH, CONTROL_SIZE);
        } else if (sent.length > 0) {
            block.putLong(CONTROL, address + CONTROL_MESSAGE);
            block.putInt(CONTROL_LENGTH, space(sent.length));
            putFds(block, sent);
        }
    }

    private int space(int count) {
        int size = fds + count * Integer.BYTES;
        return isLinux ? (size + 7) & ~7 : size;
    }

    private void putFds(ByteBuffer block, int[] sent) {
        int length = fds + sent.length * Integer.BYTES;
        if (isLinux) {
            block.putLong(CONTROL_MESSAGE, length);
        } else {
            block.putInt(CONTROL_MESSAGE, length);
        }
        block.putInt(CONTROL_MESSAGE + level(), SocketConstants.SOL_SOCKET);
        block.putInt(CONTROL_MESSAGE + level() + Integer.BYTES, SCM_RIGHTS);
        for (int i = 0; i < sent.length; i++) {
            block.putInt(CONTROL_MESSAGE + fds + i * Integer.BYTES, sent[i]);
        }
    }

    private int level() {
        return isLinux ? Long.BYTES : Integer.BYTES;
    }

    /** The fds that came with a message. */
    int[] received(ByteBuffer block) {
        boolean hasFds =
                block.getInt(CONTROL_LENGTH) >= fds
                        && block.getInt(CONTROL_MESSAGE + level()) == SocketConstants.SOL_SOCKET
                        && block.getInt(CONTROL_MESSAGE + level() + Integer.BYTES) == SCM_RIGHTS;
        int count = hasFds ? (block.getInt(CONTROL_MESSAGE) - fds) / Integer.BYTES : 0;
        int[] received = new int[Math.max(0, Math.min(MOST_FDS, count))];
        for (int i = 0; i < received.length; i++) {
            received[i] = block.getInt(CONTROL_MESSAGE + fds + i * Integer.BYTES);
        }
        return received;
    }
}
