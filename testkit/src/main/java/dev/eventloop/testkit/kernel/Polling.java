package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;
import dev.eventloop.libc.PollFlags;
import java.nio.ByteBuffer;

/** poll(2) and select(2): every wait checks every fd. */
final class Polling {
    // struct pollfd { int fd; short events; short revents; }
    static final int POLLFD = 8;
    private static final int EVENTS = 4;
    private static final int REVENTS = 6;

    // the readiness that each set of select(2) stands for: fs/select.c of Linux
    private static final int READABLE = PollBits.IN | PollBits.HUP | PollBits.ERR;
    private static final int WRITABLE = PollBits.OUT | PollBits.ERR;
    private static final int EXCEPTIONAL = PollBits.PRI;
    private static final int[] MEANING = {READABLE, WRITABLE, EXCEPTIONAL};

    private final World world;
    private final FdTable table;
    private final Chance chance;

    Polling(World world, FdTable table, Chance chance) {
        this.world = world;
        this.table = table;
        this.chance = chance;
    }

    int poll(ByteBuffer pollfds, int count, long timeoutNanos) {
        int result = world.await(() -> look(pollfds, count), timeoutNanos);
        return result > 0 ? result : spurious(pollfds, count);
    }

    private int look(ByteBuffer pollfds, int count) {
        int ready = 0;
        for (int i = 0; i < count; i++) {
            int fd = pollfds.getInt(i * POLLFD);
            int asked = Short.toUnsignedInt(pollfds.getShort(i * POLLFD + EVENTS));
            int bits = fd < 0 ? 0 : toPollBits(readiness(fd));
            bits &= asked | PollBits.ERR | PollBits.HUP | PollBits.NVAL;
            pollfds.putShort(i * POLLFD + REVENTS, (short) bits);
            ready += bits != 0 ? 1 : 0;
        }
        return ready;
    }

    /** The bits of poll(2): POLLRDHUP differs from EPOLLRDHUP on some systems, or is missing. */
    private static int toPollBits(int bits) {
        int others = bits & ~PollBits.RDHUP;
        return others == bits ? bits : others | PollFlags.POLLRDHUP;
    }

    private int readiness(int fd) {
        OpenFile file = table.get(fd);
        return file == null ? PollBits.NVAL : file.readiness();
    }

    private int spurious(ByteBuffer pollfds, int count) {
        if (count == 0 || !chance.of(Fault.SPURIOUS)) {
            return 0;
        }
        int i = chance.below(count);
        int bits = pollfds.getShort(i * POLLFD + EVENTS) & (PollBits.IN | PollBits.OUT);
        if (pollfds.getInt(i * POLLFD) < 0 || bits == 0) {
            return 0;
        }
        pollfds.putShort(i * POLLFD + REVENTS, (short) bits);
        return 1;
    }

    /**
     * select(2). The sets are bitmaps of native longs; each may be null.
     *
     * @param count the highest fd plus one
     */
    int select(int count, ByteBuffer[] sets, long timeoutNanos) {
        long[][] asked = new long[sets.length][];
        for (int set = 0; set < sets.length; set++) {
            asked[set] = words(sets[set]);
            for (int fd = 0; fd < count; fd++) {
                if (has(asked[set], fd) && table.get(fd) == null) {
                    return -Errno.EBADF;
                }
            }
        }
        int ready = world.await(() -> look(count, asked, null), timeoutNanos);
        look(count, asked, sets);
        return ready > 0 || sets[0] == null ? ready : spurious(count, asked[0], sets[0]);
    }

    private int spurious(int count, long[] asked, ByteBuffer set) {
        if (count == 0 || !chance.of(Fault.SPURIOUS)) {
            return 0;
        }
        int fd = chance.below(count);
        if (!has(asked, fd)) {
            return 0;
        }
        set.putLong(fd / Long.SIZE * Long.BYTES, 1L << fd);
        return 1;
    }

    /** Counts the ready bits, and sets them unless {@code sets} is null. */
    private int look(int count, long[][] asked, ByteBuffer[] sets) {
        int ready = 0;
        for (int set = 0; set < asked.length; set++) {
            long[] found = new long[asked[set].length];
            for (int fd = 0; fd < count; fd++) {
                if (has(asked[set], fd) && (readiness(fd) & MEANING[set]) != 0) {
                    found[fd / Long.SIZE] |= 1L << fd;
                    ready++;
                }
            }
            if (sets != null && sets[set] != null) {
                sets[set].asLongBuffer().put(found);
            }
        }
        return ready;
    }

    private static long[] words(ByteBuffer set) {
        long[] words = new long[set == null ? 0 : set.remaining() / Long.BYTES];
        if (set != null) {
            set.asLongBuffer().get(words);
        }
        return words;
    }

    private static boolean has(long[] words, int fd) {
        return fd / Long.SIZE < words.length && (words[fd / Long.SIZE] >>> fd & 1) != 0;
    }
}
