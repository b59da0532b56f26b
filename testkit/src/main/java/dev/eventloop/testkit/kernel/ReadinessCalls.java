package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.BsdLibC;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LinuxLibC;
import dev.eventloop.libc.NativeMemory;
import java.nio.ByteBuffer;

/** System calls that wait: poll, select, epoll and kqueue; and eventfd. */
abstract class ReadinessCalls extends TransferCalls implements LinuxLibC, BsdLibC {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Polling polling;

    ReadinessCalls(World world, KernelOptions options) {
        super(world, options);
        this.polling = new Polling(world, process.table, process.chance);
    }

    @Override
    public int poll(long pollfdsAddress, int count, long timeoutNanos) {
        synchronized (world) {
            if (process.interruptsWait(timeoutNanos)) {
                return process.trace.result("poll", count, -Errno.EINTR);
            }
            ByteBuffer pollfds = NativeMemory.view(pollfdsAddress, count * Polling.POLLFD);
            return process.trace.result("poll", count, polling.poll(pollfds, count, timeoutNanos));
        }
    }

    @Override
    public int select(
            int count, long readBits, long writeBits, long exceptBits, long timeoutNanos) {
        synchronized (world) {
            if (process.interruptsWait(timeoutNanos)) {
                return process.trace.result("select", count, -Errno.EINTR);
            }
            int size = (count + Long.SIZE - 1) / Long.SIZE * Long.BYTES;
            ByteBuffer[] sets = {
                viewOrNull(readBits, size),
                viewOrNull(writeBits, size),
                viewOrNull(exceptBits, size)
            };
            return process.trace.result("select", count, polling.select(count, sets, timeoutNanos));
        }
    }

    @Override
    public int epollCreate() {
        synchronized (world) {
            return process.trace.result(
                    "epoll_create", process.table.add(new Epoll(world, process.table)));
        }
    }

    @Override
    public int epollCtl(int epollFd, int operation, int fd, long eventAddress) {
        synchronized (world) {
            if (!(process.table.get(epollFd) instanceof Epoll epoll)) {
                return process.table.get(epollFd) == null ? -Errno.EBADF : -Errno.EINVAL;
            }
            int size = process.options.epollEventSize();
            ByteBuffer event = NativeMemory.view(eventAddress, size);
            long data = event.getLong(size - Long.BYTES);
            int result = epoll.control(operation, fd, event.getInt(0), data);
            return process.trace.result("epoll_ctl " + Epoll.name(operation), epollFd, fd, result);
        }
    }

    @Override
    public int epollWait(int epollFd, long eventsAddress, int maxEvents, int timeoutMillis) {
        long nanos = timeoutMillis < 0 ? -1 : timeoutMillis * NANOS_PER_MILLI;
        return await(epollFd, eventsAddress, maxEvents, nanos);
    }

    @Override
    public int epollPwait2(int epollFd, long eventsAddress, int maxEvents, long timespecAddress) {
        return await(epollFd, eventsAddress, maxEvents, nanos(timespecAddress));
    }

    private int await(int epollFd, long eventsAddress, int maxEvents, long timeoutNanos) {
        synchronized (world) {
            if (!(process.table.get(epollFd) instanceof Epoll epoll)) {
                return process.table.get(epollFd) == null ? -Errno.EBADF : -Errno.EINVAL;
            }
            if (maxEvents <= 0) {
                return -Errno.EINVAL;
            }
            if (process.interruptsWait(timeoutNanos)) {
                return process.trace.result("epoll_wait", epollFd, -Errno.EINTR);
            }
            int size = process.options.epollEventSize();
            ByteBuffer events = NativeMemory.view(eventsAddress, maxEvents * size);
            int result = epoll.await(events, size, maxEvents, timeoutNanos, process.chance);
            return process.trace.result("epoll_wait", epollFd, result);
        }
    }

    @Override
    public int kqueue() {
        synchronized (world) {
            Kqueue kqueue = new Kqueue(world, process.table, process.options.keventSize());
            return process.trace.result("kqueue", process.table.add(kqueue));
        }
    }

    @Override
    public int kevent(
            int kqueueFd,
            long changesAddress,
            int changeCount,
            long eventsAddress,
            int eventCount,
            long timespecAddress) {
        synchronized (world) {
            if (!(process.table.get(kqueueFd) instanceof Kqueue kqueue)) {
                return -Errno.EBADF;
            }
            int size = process.options.keventSize();
            long timeoutNanos = nanos(timespecAddress);
            if (changeCount == 0 && process.interruptsWait(timeoutNanos)) {
                return process.trace.result("kevent", kqueueFd, -Errno.EINTR);
            }
            int result =
                    kqueue.kevent(
                            viewOrNull(changesAddress, changeCount * size),
                            changeCount,
                            viewOrNull(eventsAddress, eventCount * size),
                            eventCount,
                            timeoutNanos,
                            process.chance);
            boolean waited = changeCount > 0 && eventCount > 0 && result == 0;
            if (waited && process.interruptsWait(timeoutNanos)) {
                result = -Errno.EINTR; // the changes were applied: kqueue(2)
            }
            return process.trace.result("kevent", kqueueFd, changeCount, result);
        }
    }

    @Override
    public int eventfd() {
        synchronized (world) {
            return process.trace.result("eventfd", process.table.add(new EventCounter(world)));
        }
    }

    private static ByteBuffer viewOrNull(long address, int size) {
        return address == 0 || size == 0 ? null : NativeMemory.view(address, size);
    }

    private static long nanos(long timespecAddress) {
        if (timespecAddress == 0) {
            return -1;
        }
        ByteBuffer timespec = NativeMemory.view(timespecAddress, 2 * Long.BYTES);
        return timespec.getLong(0) * NANOS_PER_SECOND + timespec.getLong(Long.BYTES);
    }
}
