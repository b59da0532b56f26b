package dev.eventloop.libc;

import jnr.constants.platform.AddressFamily;
import jnr.constants.platform.SocketLevel;
import jnr.constants.platform.SocketOption;

/** Constants of the socket calls on this platform, from jnr-constants if it has them. */
public final class SocketConstants {
    /** The value of an option that this system lacks. */
    public static final int ABSENT = -1;

    private static final OperatingSystem SYSTEM = OperatingSystem.current();

    public static final int AF_UNIX = AddressFamily.AF_UNIX.intValue();
    public static final int AF_INET = AddressFamily.AF_INET.intValue();
    public static final int AF_INET6 = AddressFamily.AF_INET6.intValue();

    /** The same on every system but MIPS Linux. */
    public static final int SOCK_STREAM = 1;

    public static final int SOCK_DGRAM = 2;

    public static final int SOL_SOCKET = SocketLevel.SOL_SOCKET.intValue();
    public static final int SO_REUSEADDR = SocketOption.SO_REUSEADDR.intValue();

    /**
     * Lets several listeners share a port and distributes connections among them; {@link #ABSENT}
     * on macOS and OpenBSD.
     */
    public static final int SO_REUSEPORT = SYSTEM.reusePortOption();

    public static final int SO_ERROR = SocketOption.SO_ERROR.intValue();
    public static final int SO_ACCEPTCONN = SocketOption.SO_ACCEPTCONN.intValue();
    public static final int SO_LINGER = SocketOption.SO_LINGER.intValue();
    public static final int SO_KEEPALIVE = SocketOption.SO_KEEPALIVE.intValue();

    /** asm-generic/socket.h; sys/socket.h of OpenBSD. {@link #ABSENT} on the others. */
    public static final int SO_PEERCRED = SYSTEM.peerCredentialsOption();

    public static final int SO_RCVBUF = SocketOption.SO_RCVBUF.intValue();
    public static final int SO_SNDBUF = SocketOption.SO_SNDBUF.intValue();

    /** Linux only; else {@link #ABSENT}. */
    public static final int SO_ATTACH_FILTER = SYSTEM.attachFilterOption();

    /** Linux only; else {@link #ABSENT}. */
    public static final int SO_DETACH_FILTER = SYSTEM.detachFilterOption();

    /** netinet/in.h and netinet/tcp.h: the same everywhere. */
    public static final int IPPROTO_TCP = 6;

    public static final int TCP_NODELAY = 1;

    /** netinet/in.h: the same everywhere. */
    public static final int IPPROTO_IPV6 = 41;

    /** linux/in6.h; netinet6/in6.h of macOS and the BSDs. */
    public static final int IPV6_V6ONLY = SYSTEM == OperatingSystem.LINUX ? 26 : 27;

    /** Linux only; else {@link #ABSENT}. */
    public static final int TCP_USER_TIMEOUT = SYSTEM.userTimeoutOption();

    /** sys/socket.h: the same everywhere. */
    public static final int SHUT_WR = 1;

    /** Whether a {@code struct sockaddr} begins with its length: on all but Linux. */
    public static final boolean SOCKADDR_HAS_LENGTH = SYSTEM != OperatingSystem.LINUX;

    private SocketConstants() {}
}
