package dev.eventloop.libc;

import java.util.Locale;

/**
 * The systems whose C library is bound, and where they differ; {@link BsdTraits} has further
 * differences between macOS and the BSDs. Numbers are from the headers named, for 64-bit processes.
 */
public enum OperatingSystem {
    LINUX("Linux"),
    MACOS("Mac OS X"),
    FREEBSD("FreeBSD"),
    OPENBSD("OpenBSD"),
    DRAGONFLY("DragonFlyBSD");

    private static final String BOUND = "Linux, macOS, FreeBSD, OpenBSD and DragonFly BSD";

    /** The first major version of FreeBSD whose poll(2) has POLLRDHUP in every release. */
    private static final int FREEBSD_WITH_POLLRDHUP = 14;

    private final String osName;

    OperatingSystem(String osName) {
        this.osName = osName;
    }

    /**
     * The system of this machine.
     *
     * @throws UnsupportedOperationException if it is not bound, with {@link #unavailableBecause()}
     */
    public static OperatingSystem current() {
        return of(System.getProperty("os.name"), System.getProperty("sun.arch.data.model", "64"));
    }

    /** The reason why this machine is not supported, a clause without a period; null if it is. */
    public static String unavailableBecause() {
        return unavailableBecause(
                System.getProperty("os.name"), System.getProperty("sun.arch.data.model", "64"));
    }

    /**
     * @param osName as the system property {@code os.name} has it
     * @param bits as the system property {@code sun.arch.data.model} has it
     */
    static OperatingSystem of(String osName, String bits) {
        String reason = unavailableBecause(osName, bits);
        if (reason != null) {
            throw new UnsupportedOperationException(reason);
        }
        return named(osName);
    }

    static String unavailableBecause(String osName, String bits) {
        if (osName.toLowerCase(Locale.ROOT).startsWith("windows")) {
            return "Windows has no epoll, kqueue, poll or select for file descriptors; use WSL 2,"
                    + " or one of "
                    + BOUND;
        }
        if (osName.equals("NetBSD")) {
            return "JNR has no native library for NetBSD; use one of " + BOUND;
        }
        if (named(osName) == null) {
            return "the C library of " + osName + " is not bound; use one of " + BOUND;
        }
        return bits.equals("64") ? null : "this JVM is a 32-bit one; use a 64-bit JVM";
    }

    private static OperatingSystem named(String osName) {
        for (OperatingSystem system : values()) {
            if (system.osName.equals(osName)) {
                return system;
            }
        }
        return null;
    }

    /** MAP_ANON: sys/mman.h. */
    int mapAnonymous() {
        return this == LINUX ? 0x20 : 0x1000;
    }

    /**
     * POLLRDHUP: bits/poll.h of Linux, sys/poll.h of FreeBSD; 0 if the system lacks it.
     *
     * @param version as the system property {@code os.version} has it, {@code "14.1-RELEASE"}
     */
    int pollReadHangUp(String version) {
        return switch (this) {
            case LINUX -> 0x2000;
            case FREEBSD -> major(version) >= FREEBSD_WITH_POLLRDHUP ? 0x4000 : 0;
            case MACOS, OPENBSD, DRAGONFLY -> 0;
        };
    }

    /**
     * The largest number of fds for poll(2). On macOS OPEN_MAX of sys/syslimits.h:
     * bsd/kern/sys_generic.c of xnu returns EINVAL for more. Elsewhere only RLIMIT_NOFILE applies.
     */
    int maxPollFds() {
        return this == MACOS ? 10_240 : Integer.MAX_VALUE;
    }

    /**
     * The socket option that lets several listeners share a port <em>and</em> distributes
     * connections among them; {@link SocketConstants#ABSENT} if there is none. macOS and OpenBSD
     * have SO_REUSEPORT, but one of the listeners gets all connections.
     */
    int reusePortOption() {
        return switch (this) {
            case LINUX -> 15; // SO_REUSEPORT: asm-generic/socket.h
            case FREEBSD -> 0x10000; // SO_REUSEPORT_LB: sys/socket.h since FreeBSD 12
            case DRAGONFLY -> 0x0200; // SO_REUSEPORT: sys/socket.h
            case MACOS, OPENBSD -> SocketConstants.ABSENT;
        };
    }

    /** SO_PEERCRED: asm-generic/socket.h of Linux, sys/socket.h of OpenBSD. */
    int peerCredentialsOption() {
        return switch (this) {
            case LINUX -> 17;
            case OPENBSD -> 0x1022;
            case MACOS, FREEBSD, DRAGONFLY -> SocketConstants.ABSENT;
        };
    }

    /** SO_ATTACH_FILTER: asm-generic/socket.h. */
    int attachFilterOption() {
        return this == LINUX ? 26 : SocketConstants.ABSENT;
    }

    /** SO_DETACH_FILTER: asm-generic/socket.h. */
    int detachFilterOption() {
        return this == LINUX ? 27 : SocketConstants.ABSENT;
    }

    /** TCP_USER_TIMEOUT: linux/tcp.h. */
    int userTimeoutOption() {
        return this == LINUX ? 18 : SocketConstants.ABSENT;
    }

    private static int major(String version) {
        String digits = version.replaceFirst("\\D.*", "");
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }
}
