package dev.eventloop.libc;

import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * The offsets of the fields of {@code struct kevent} and the numbers of the filters, from each
 * system's sys/event.h, for 64-bit processes. {@code ident} is at offset 0, and the EV_ and NOTE_
 * flags have the same values, on all of them.
 *
 * @param size of the struct in bytes
 * @param filter offset
 * @param flags offset
 * @param wide whether filter and flags have 32 bits instead of 16
 * @param fflags offset of 32 bits
 * @param data offset of 64 bits
 * @param udata offset of a pointer, 64 bits
 * @param evfiltRead the number of EVFILT_READ
 * @param evfiltWrite the number of EVFILT_WRITE
 * @param evfiltUser the number of EVFILT_USER, even if the running kernel lacks that filter
 */
public record KeventLayout(
        int size,
        int filter,
        int flags,
        boolean wide,
        int fflags,
        int data,
        int udata,
        int evfiltRead,
        int evfiltWrite,
        int evfiltUser) {
    /** bsd/sys/event.h of xnu. */
    public static final KeventLayout MACOS = classic(32, -10);

    /** sys/sys/event.h; since 12 with {@code uint64_t ext[4]} at the end. */
    public static final KeventLayout FREEBSD = classic(64, -11);

    /** Up to 11. */
    public static final KeventLayout FREEBSD_11 = classic(32, -11);

    /** sys/sys/event.h; {@code data} has 64 bits since 5.4. EVFILT_USER came in 2025. */
    public static final KeventLayout OPENBSD = classic(32, -10);

    /** sys/sys/event.h. */
    public static final KeventLayout DRAGONFLY = classic(32, -9);

    /** sys/sys/event.h up to 10: what the symbol {@code __kevent50} takes. */
    public static final KeventLayout NETBSD = netbsd(40);

    /** From 11 on with {@code uint64_t ext[4]} at the end: what {@code __kevent100} takes. */
    public static final KeventLayout NETBSD_11 = netbsd(72);

    /** libkqueue's sys/event.h. */
    public static final KeventLayout LINUX = classic(32, -11);

    /** The original layout, of FreeBSD 4.1. */
    private static KeventLayout classic(int size, int evfiltUser) {
        return new KeventLayout(size, 8, 10, false, 12, 16, 24, -1, -2, evfiltUser);
    }

    private static KeventLayout netbsd(int size) {
        return new KeventLayout(size, 8, 12, true, 16, 24, 32, 0, 1, 8);
    }

    /** The layout of this machine. */
    public static KeventLayout ofThisMachine() {
        return of(System.getProperty("os.name"), System.getProperty("os.version"));
    }

    /**
     * The layout of a given system.
     *
     * @param system as {@code os.name} spells it
     * @param version as {@code os.version} spells it; used for FreeBSD and NetBSD
     */
    public static KeventLayout of(String system, String version) {
        return switch (system.toLowerCase(Locale.ROOT)) {
            case "freebsd" -> major(version) < 12 ? FREEBSD_11 : FREEBSD;
            case "openbsd" -> OPENBSD;
            case "netbsd" -> major(version) < 11 ? NETBSD : NETBSD_11;
            case "dragonfly", "dragonflybsd" -> DRAGONFLY;
            case "linux" -> LINUX;
            default -> MACOS;
        };
    }

    /**
     * Writes one event; its data is 0.
     *
     * @param at offset of the event in bytes
     */
    public void put(
            ByteBuffer events, int at, long ident, int filter, int flags, int fflags, long udata) {
        events.putLong(at, ident);
        if (wide) {
            events.putInt(at + this.filter, filter);
            events.putInt(at + this.flags, flags);
        } else {
            events.putShort(at + this.filter, (short) filter);
            events.putShort(at + this.flags, (short) flags);
        }
        events.putInt(at + this.fflags, fflags);
        events.putLong(at + data, 0);
        events.putLong(at + this.udata, udata);
    }

    /** The filter of the event at offset {@code at}. */
    public int filter(ByteBuffer events, int at) {
        return wide ? events.getInt(at + filter) : events.getShort(at + filter);
    }

    /** The EV_ flags of the event at offset {@code at}. */
    public int flags(ByteBuffer events, int at) {
        return wide ? events.getInt(at + flags) : Short.toUnsignedInt(events.getShort(at + flags));
    }

    /** The filter's own flags of the event at offset {@code at}. */
    public int fflags(ByteBuffer events, int at) {
        return events.getInt(at + fflags);
    }

    /** The filter's number, such as the bytes to read, of the event at offset {@code at}. */
    public long data(ByteBuffer events, int at) {
        return events.getLong(at + data);
    }

    /** The user data of the event at offset {@code at}. */
    public long udata(ByteBuffer events, int at) {
        return events.getLong(at + udata);
    }

    private static int major(String version) {
        return Integer.parseInt(version.split("\\D", 2)[0]);
    }
}
