package dev.eventloop.net;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.libc.OperatingSystem;
import dev.eventloop.libc.SocketConstants;
import java.nio.ByteBuffer;

/**
 * Who is at the other end of a connected unix-domain socket, as the kernel says: SO_PEERCRED of
 * Linux and OpenBSD, LOCAL_PEERCRED of the others.
 *
 * @param id of the process; 0 if the system does not say
 * @param user the effective user id that it had when it connected, or listened
 */
public record PeerProcess(long id, long user) {
    /** Larger than any of the structures. */
    private static final int SIZE = 128;

    /** SOL_LOCAL: sys/un.h of macOS and FreeBSD. */
    private static final int SOL_LOCAL = 0;

    private static final int LOCAL_PEERCRED = 1;

    /** cr_pid of struct xucred: sys/ucred.h of FreeBSD 13 and later. */
    private static final int FREEBSD_PID = 80;

    static PeerProcess of(LibC libc, int fd, OperatingSystem system) throws ErrnoException {
        try (NativeMemory memory = NativeMemory.allocate(SIZE + Integer.BYTES)) {
            ByteBuffer found = memory.buffer();
            found.putInt(SIZE, SIZE);
            boolean isLocal = system != OperatingSystem.LINUX && system != OperatingSystem.OPENBSD;
            int result =
                    libc.getsockopt(
                            fd,
                            isLocal ? SOL_LOCAL : SocketConstants.SOL_SOCKET,
                            isLocal ? LOCAL_PEERCRED : SocketConstants.SO_PEERCRED,
                            memory.address(),
                            memory.address() + SIZE);
            Errno.check(result, "getsockopt SO_PEERCRED of", "fd " + fd);
            return switch (system) {
                case LINUX -> new PeerProcess(found.getInt(0), unsigned(found, 4)); // struct ucred
                case OPENBSD ->
                        new PeerProcess(found.getInt(8), unsigned(found, 0)); // sockpeercred
                case FREEBSD -> new PeerProcess(found.getInt(FREEBSD_PID), unsigned(found, 4));
                case MACOS, DRAGONFLY -> new PeerProcess(0, unsigned(found, 4)); // struct xucred
            };
        }
    }

    private static long unsigned(ByteBuffer found, int at) {
        return Integer.toUnsignedLong(found.getInt(at));
    }
}
