package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * kqueue(2) of FreeBSD. The key of a knote is descriptor and filter; closing the descriptor deletes
 * it. The flags of a knote do not change: a second EV_ADD changes neither EV_CLEAR nor EV_DISPATCH,
 * and does not enable (kqueue_register of kern_event.c). EVFILT_WRITE of a pipe without a reader is
 * refused, and an existing one is deleted after one event (pipe_kqfilter of sys_pipe.c,
 * knlist_cleardel of kern_event.c).
 */
final class Kqueue extends OpenFile {
    // sys/event.h
    private static final short EVFILT_READ = -1;
    private static final short EVFILT_WRITE = -2;
    private static final short EVFILT_USER_MACOS = -10;
    private static final short EVFILT_USER_FREEBSD = -11;
    private static final int EV_ADD = 0x0001;
    private static final int EV_DELETE = 0x0002;
    private static final int EV_ENABLE = 0x0004;
    private static final int EV_DISABLE = 0x0008;
    private static final int EV_ONESHOT = 0x0010;
    private static final int EV_CLEAR = 0x0020;
    private static final int EV_RECEIPT = 0x0040;
    private static final int EV_DISPATCH = 0x0080;
    private static final int EV_ERROR = 0x4000;
    private static final int EV_EOF = 0x8000;
    private static final int NOTE_TRIGGER = 0x0100_0000;
    private static final int ACTIONS = EV_ADD | EV_DELETE | EV_ENABLE | EV_DISABLE;

    // struct kevent: both sizes have the same layout up to udata
    private static final int FILTER = 8;
    private static final int FLAGS = 10;
    private static final int FFLAGS = 12;
    private static final int DATA = 16;
    private static final int UDATA = 24;

    private final FdTable table;
    private final int size;
    private final Map<Key, Knote> knotes = new LinkedHashMap<>();
    private List<Knote> queue = new ArrayList<>();

    /**
     * @param size of struct kevent in bytes: 32 or 64
     */
    Kqueue(World world, FdTable table, int size) {
        super(world);
        this.table = table;
        this.size = size;
    }

    private record Key(long ident, short filter) {}

    private final class Knote implements Watcher {
        final Key key;
        final OpenFile file;
        final int flags;
        long udata;
        boolean isTriggered;
        boolean isDisabled;
        boolean isQueued;

        Knote(Key key, OpenFile file, int flags) {
            this.key = key;
            this.file = file;
            this.flags = flags;
        }

        boolean isRead() {
            return key.filter == EVFILT_READ;
        }

        boolean isEnded() {
            return file != null && (isRead() ? file.isReadEnded() : file.isWriteEnded());
        }

        boolean isOneshot() {
            boolean broken = file != null && !isRead() && file.isBrokenPipe();
            return broken || (flags & EV_ONESHOT) != 0;
        }

        boolean isReady() {
            if (file == null) {
                return isTriggered;
            }
            if (isEnded() || file.pendingError() != 0) {
                return true;
            }
            return isRead() ? file.available() > 0 : (file.readiness() & PollBits.OUT) != 0;
        }

        void activateIfReady() {
            if (!isDisabled && isReady()) {
                if (!isQueued) {
                    isQueued = true;
                    queue.add(this);
                }
                wake(PollBits.IN);
            }
        }

        @Override
        public void woken(int bits) {
            int other = isRead() ? PollBits.OUT : PollBits.IN | PollBits.PRI;
            if ((bits & ~other) != 0) {
                activateIfReady();
            }
        }

        @Override
        public void descriptorClosed(FdTable closedIn, int fd) {
            if (closedIn == table && fd == key.ident) {
                remove(this);
            }
        }

        @Override
        public void fileClosed() {
            remove(this);
        }
    }

    /** kevent(2). */
    int kevent(
            ByteBuffer changes,
            int changeCount,
            ByteBuffer events,
            int eventCount,
            long timeoutNanos,
            Chance chance) {
        int receipts = 0;
        for (int i = 0; i < changeCount; i++) {
            int offset = i * size;
            int errno = change(changes, offset);
            if (errno == 0 && (changes.getShort(offset + FLAGS) & EV_RECEIPT) == 0) {
                continue;
            }
            if (receipts == eventCount) {
                if (errno != 0) {
                    return -errno;
                }
                continue;
            }
            for (int each = 0; each < size; each += Long.BYTES) {
                events.putLong(receipts * size + each, changes.getLong(offset + each));
            }
            events.putShort(receipts * size + FLAGS, (short) EV_ERROR);
            events.putLong(receipts * size + DATA, errno);
            receipts++;
        }
        if (receipts > 0 || eventCount == 0) {
            return receipts;
        }
        return world.await(() -> collect(events, eventCount, chance), timeoutNanos);
    }

    /** Applies one change; 0, or an errno. */
    private int change(ByteBuffer changes, int offset) {
        Key key = new Key(changes.getLong(offset), changes.getShort(offset + FILTER));
        int flags = Short.toUnsignedInt(changes.getShort(offset + FLAGS));
        boolean user = key.filter == EVFILT_USER_MACOS || key.filter == EVFILT_USER_FREEBSD;
        if (!user && key.filter != EVFILT_READ && key.filter != EVFILT_WRITE) {
            return Errno.EINVAL;
        }
        OpenFile file = user ? null : fileOf(key.ident);
        if (!user && file == null) {
            return Errno.EBADF;
        }
        Knote knote = knotes.get(key);
        if (knote == null) {
            if ((flags & EV_ADD) == 0) {
                return Errno.ENOENT;
            }
            if (key.filter == EVFILT_WRITE && file.isBrokenPipe()) {
                return Errno.EPIPE;
            }
            knote = new Knote(key, file, flags & ~ACTIONS);
            knotes.put(key, knote);
            if (file != null) {
                file.watch(knote);
            }
        }
        if ((flags & EV_DELETE) != 0) {
            remove(knote);
            return 0;
        }
        knote.udata = changes.getLong(offset + UDATA);
        if ((flags & EV_ENABLE) != 0) {
            knote.isDisabled = false;
        } else if ((flags & EV_DISABLE) != 0) {
            knote.isDisabled = true;
        }
        knote.isTriggered |= user && (changes.getInt(offset + FFLAGS) & NOTE_TRIGGER) != 0;
        knote.activateIfReady();
        return 0;
    }

    private OpenFile fileOf(long ident) {
        return ident == (int) ident ? table.get((int) ident) : null;
    }

    private int collect(ByteBuffer events, int eventCount, Chance chance) {
        List<Knote> candidates = queue;
        queue = new ArrayList<>();
        chance.shuffle(candidates);
        List<Knote> again = new ArrayList<>();
        int count = 0;
        int next = 0;
        for (; next < candidates.size() && count < eventCount; next++) {
            Knote knote = candidates.get(next);
            knote.isQueued = false;
            if (knote.isDisabled || !knote.isReady()) {
                continue;
            }
            put(events, count++, knote);
            if (knote.isOneshot()) {
                remove(knote);
                continue;
            }
            knote.isTriggered &= (knote.flags & EV_CLEAR) == 0;
            knote.isDisabled = (knote.flags & EV_DISPATCH) != 0;
            if ((knote.flags & (EV_CLEAR | EV_DISPATCH)) == 0) {
                knote.isQueued = true;
                again.add(knote);
            }
        }
        queue.addAll(candidates.subList(next, candidates.size()));
        queue.addAll(again);
        return count < eventCount ? count + spurious(events, count, chance) : count;
    }

    /** Reports an fd that is not ready, level-triggered only; returns the number of events. */
    private int spurious(ByteBuffer events, int count, Chance chance) {
        if (knotes.isEmpty() || !chance.of(Fault.SPURIOUS)) {
            return 0;
        }
        Knote knote = List.copyOf(knotes.values()).get(chance.below(knotes.size()));
        boolean level = (knote.flags & (EV_CLEAR | EV_DISPATCH | EV_ONESHOT)) == 0;
        if (knote.file == null || !level || knote.isDisabled || knote.isQueued) {
            return 0;
        }
        put(events, count, knote);
        return 1;
    }

    private void put(ByteBuffer events, int index, Knote knote) {
        int offset = index * size;
        boolean ended = knote.isEnded();
        int flags = knote.flags | (ended ? EV_EOF : 0) | (knote.isOneshot() ? EV_ONESHOT : 0);
        long data = 0;
        if (knote.file != null) {
            data = knote.isRead() ? knote.file.available() : knote.file.room();
        }
        for (int each = 0; each < size; each += Long.BYTES) {
            events.putLong(offset + each, 0);
        }
        events.putLong(offset, knote.key.ident);
        events.putShort(offset + FILTER, knote.key.filter);
        events.putShort(offset + FLAGS, (short) flags);
        events.putInt(offset + FFLAGS, ended ? knote.file.pendingError() : 0);
        events.putLong(offset + DATA, data);
        events.putLong(offset + UDATA, knote.udata);
    }

    private void remove(Knote knote) {
        knotes.remove(knote.key);
        queue.remove(knote);
        if (knote.file != null) {
            knote.file.unwatch(knote);
        }
    }

    @Override
    int readiness() {
        return available() > 0 ? PollBits.IN : 0;
    }

    @Override
    int available() {
        int count = 0;
        for (Knote knote : queue) {
            count += !knote.isDisabled && knote.isReady() ? 1 : 0;
        }
        return count;
    }

    @Override
    void released() {
        for (Knote knote : List.copyOf(knotes.values())) {
            remove(knote);
        }
    }
}
