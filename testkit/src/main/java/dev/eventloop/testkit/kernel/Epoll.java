package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * epoll(7). The key of an entry is descriptor and file. A change of a file puts its entries on the
 * ready list; a wait checks those again, and puts level-triggered ones back at the end.
 */
final class Epoll extends OpenFile {
    // linux/eventpoll.h
    static final int ADD = 1;
    static final int DELETE = 2;
    static final int MODIFY = 3;
    private static final int EXCLUSIVE = 1 << 28;
    private static final int ONESHOT = 1 << 30;
    private static final int EDGE = 1 << 31;

    /** The bits that are no readiness; 1 &lt;&lt; 29 is EPOLLWAKEUP. */
    private static final int MODIFIERS = EXCLUSIVE | 1 << 29 | ONESHOT | EDGE;

    /**
     * Always in the interest, except after a one-shot has fired, which tells it from interest 0.
     */
    private static final int ALWAYS = PollBits.ERR | PollBits.HUP;

    /** What EPOLLEXCLUSIVE may be combined with: epoll_ctl(2), EINVAL. */
    private static final int WITH_EXCLUSIVE =
            PollBits.IN | PollBits.OUT | PollBits.ERR | PollBits.HUP | 1 << 29 | EDGE | EXCLUSIVE;

    private final FdTable table;
    private final Map<Key, Entry> entries = new LinkedHashMap<>();
    private List<Entry> readyList = new ArrayList<>();
    private int waiters;

    Epoll(World world, FdTable table) {
        super(world);
        this.table = table;
    }

    /** OpenFile does not override equals, so files are compared by identity. */
    private record Key(int fd, OpenFile file) {}

    private final class Entry implements Watcher {
        final Key key;
        int events;
        long data;
        boolean isListed;

        Entry(Key key) {
            this.key = key;
        }

        boolean isExclusive() {
            return (events & EXCLUSIVE) != 0;
        }

        int ready() {
            return isArmed() ? key.file.readiness() & events : 0;
        }

        /** False after a one-shot has fired: only its modifiers are left. */
        private boolean isArmed() {
            return (events & ~MODIFIERS) != 0;
        }

        @Override
        public void woken(int bits) {
            boolean concerned = (bits & events) != 0;
            if (isArmed() && concerned) {
                list(this);
            }
        }

        @Override
        public boolean takesExclusively(int bits) {
            return isExclusive() && waiters > 0 && ready() != 0;
        }

        @Override
        public void descriptorClosed(
                FdTable closedIn, int fd) {} // a duplicate may keep the file open

        @Override
        public void fileClosed() {
            remove(this);
        }
    }

    /** The name of an operation, for the trace. */
    static String name(int operation) {
        return switch (operation) {
            case ADD -> "add";
            case DELETE -> "del";
            case MODIFY -> "mod";
            default -> "operation " + operation;
        };
    }

    /** epoll_ctl(2). */
    int control(int operation, int fd, int events, long data) {
        OpenFile file = table.get(fd);
        if (file == null) {
            return -Errno.EBADF;
        }
        if (!file.isPollable()) {
            return -Errno.EPERM;
        }
        if (file == this) {
            return -Errno.EINVAL;
        }
        Key key = new Key(fd, file);
        Entry entry = entries.get(key);
        if (operation == ADD) {
            return entry != null ? -Errno.EEXIST : add(key, events, data);
        }
        if (entry == null) {
            return -Errno.ENOENT;
        }
        return switch (operation) {
            case MODIFY -> modify(entry, events, data);
            case DELETE -> remove(entry);
            default -> -Errno.EINVAL;
        };
    }

    private int add(Key key, int events, long data) {
        if ((events & EXCLUSIVE) != 0 && (events & ~WITH_EXCLUSIVE) != 0) {
            return -Errno.EINVAL;
        }
        Entry entry = new Entry(key);
        entry.events = events | ALWAYS;
        entry.data = data;
        entries.put(key, entry);
        key.file.watch(entry);
        return listIfReady(entry);
    }

    private int modify(Entry entry, int events, long data) {
        if (((entry.events | events) & EXCLUSIVE) != 0) {
            return -Errno.EINVAL;
        }
        entry.events = events | ALWAYS;
        entry.data = data;
        return listIfReady(entry);
    }

    private int remove(Entry entry) {
        entries.remove(entry.key);
        entry.key.file.unwatch(entry);
        readyList.remove(entry);
        entry.isListed = false;
        return 0;
    }

    private int listIfReady(Entry entry) {
        if (entry.ready() != 0) {
            list(entry);
        }
        return 0;
    }

    private void list(Entry entry) {
        if (!entry.isListed) {
            entry.isListed = true;
            readyList.add(entry);
        }
        wake(PollBits.IN);
    }

    /** epoll_wait(2). The size of {@code struct epoll_event} is 12 or 16. */
    int await(ByteBuffer events, int eventSize, int maxEvents, long timeoutNanos, Chance chance) {
        waiters++;
        try {
            return world.await(() -> collect(events, eventSize, maxEvents, chance), timeoutNanos);
        } finally {
            waiters--;
        }
    }

    private int collect(ByteBuffer events, int eventSize, int maxEvents, Chance chance) {
        List<Entry> candidates = readyList;
        readyList = new ArrayList<>();
        chance.shuffle(candidates);
        List<Entry> again = new ArrayList<>();
        int count = 0;
        int next = 0;
        for (; next < candidates.size() && count < maxEvents; next++) {
            Entry entry = candidates.get(next);
            entry.isListed = false;
            int bits = entry.ready();
            if (bits == 0) {
                continue;
            }
            put(events, eventSize, count++, bits, entry.data);
            if ((entry.events & ONESHOT) != 0) {
                entry.events &= MODIFIERS;
            } else if ((entry.events & EDGE) == 0) {
                entry.isListed = true;
                again.add(entry);
            }
        }
        readyList.addAll(candidates.subList(next, candidates.size()));
        readyList.addAll(again);
        return count < maxEvents ? count + spurious(events, eventSize, count, chance) : count;
    }

    /** Reports an fd that is not ready, level-triggered only; returns the number of events. */
    private int spurious(ByteBuffer events, int eventSize, int count, Chance chance) {
        if (entries.isEmpty() || !chance.of(Fault.SPURIOUS)) {
            return 0;
        }
        Entry entry = List.copyOf(entries.values()).get(chance.below(entries.size()));
        int bits = entry.events & (PollBits.IN | PollBits.OUT);
        boolean skipped = entry.ready() != 0 || (entry.events & (EDGE | ONESHOT)) != 0;
        if (bits == 0 || skipped) {
            return 0;
        }
        put(events, eventSize, count, bits, entry.data);
        return 1;
    }

    /** {@code data} is in the last 8 bytes in both layouts. */
    private static void put(ByteBuffer events, int eventSize, int index, int bits, long data) {
        events.putInt(index * eventSize, bits);
        events.putLong(index * eventSize + eventSize - Long.BYTES, data);
    }

    @Override
    int readiness() {
        for (Entry entry : readyList) {
            if (entry.ready() != 0) {
                return PollBits.IN;
            }
        }
        return 0;
    }

    @Override
    void released() {
        for (Entry entry : List.copyOf(entries.values())) {
            remove(entry);
        }
    }
}
