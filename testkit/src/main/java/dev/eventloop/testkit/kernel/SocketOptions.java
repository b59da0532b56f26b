package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;
import dev.eventloop.libc.SocketConstants;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** The options that setsockopt(2) has set on a socket. */
final class SocketOptions {
    private final Map<Long, Integer> values = new HashMap<>();
    private final int buffer;
    private boolean resetsOnClose;
    private boolean dropsHandshakes;

    /**
     * @param buffer the default size of each buffer in bytes
     */
    SocketOptions(int buffer) {
        this.buffer = buffer;
    }

    /** The options that an accepted socket inherits from its listener. */
    SocketOptions inherited() {
        SocketOptions inherited = new SocketOptions(buffer);
        inherited.values.putAll(values);
        inherited.resetsOnClose = resetsOnClose;
        return inherited;
    }

    int set(int level, int name, ByteBuffer value) {
        if (level == SocketConstants.SOL_SOCKET && name == SocketConstants.SO_ATTACH_FILTER) {
            dropsHandshakes = true; // HandshakeFilter attaches no other program
            return 0;
        }
        if (level == SocketConstants.SOL_SOCKET && name == SocketConstants.SO_DETACH_FILTER) {
            boolean attached = dropsHandshakes;
            dropsHandshakes = false;
            return attached ? 0 : -Errno.ENOENT;
        }
        if (value.remaining() < Integer.BYTES) {
            return -Errno.EINVAL;
        }
        int number = value.getInt(0);
        if (level == SocketConstants.SOL_SOCKET) {
            if (name == SocketConstants.SO_LINGER) {
                resetsOnClose = number != 0 && value.getInt(Integer.BYTES) == 0;
            } else if (name == SocketConstants.SO_SNDBUF || name == SocketConstants.SO_RCVBUF) {
                number *= 2; // Linux doubles the value: socket(7)
            }
        }
        values.put(key(level, name), number);
        return 0;
    }

    /** The value; 0 if it was never set. */
    int get(int level, int name) {
        return values.getOrDefault(key(level, name), 0);
    }

    int sendBuffer() {
        int set = get(SocketConstants.SOL_SOCKET, SocketConstants.SO_SNDBUF);
        return set == 0 ? buffer : set;
    }

    int receiveBuffer() {
        int set = get(SocketConstants.SOL_SOCKET, SocketConstants.SO_RCVBUF);
        return set == 0 ? buffer : set;
    }

    /** SO_LINGER with a timeout of 0: close(2) sends RST. */
    boolean resetsOnClose() {
        return resetsOnClose;
    }

    /** A socket filter drops SYNs. */
    boolean dropsHandshakes() {
        return dropsHandshakes;
    }

    private static long key(int level, int name) {
        return ((long) level << 32) | (name & 0xffff_ffffL);
    }
}
