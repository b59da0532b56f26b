package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.BsdLibC;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LinuxLibC;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.libc.SocketConstants;
import dev.eventloop.testkit.Machine;
import java.nio.ByteBuffer;

/**
 * One process's view of a simulated machine: a {@link dev.eventloop.libc.LibC} with the slices of
 * Linux and the BSDs, in memory.
 *
 * <pre>{@code
 * SimulatedKernel kernel = new SimulatedKernel(KernelOptions.defaults().seed(42));
 * Sockets sockets = new Sockets(kernel);
 * EventLoop loop = EventLoop.over(
 *         new PollPoller(kernel, 64), EventLoopOptions.defaults().clock(kernel::nanoTime));
 * }</pre>
 *
 * <p>A wait does not sleep: it moves the virtual clock on and does what is scheduled, until it is
 * satisfied or its time is over. To wait for ever with nothing scheduled is an {@link
 * AssertionError}. One thread at a time and one order of calls: then the same seed gives the same
 * run, byte for byte. With {@link KernelOptions#wallClock} waits block, any thread may call, and
 * nothing is reproducible.
 */
public final class SimulatedKernel implements LinuxLibC, BsdLibC, Machine {
    /** sys/socket.h: the same everywhere. */
    private static final int MSG_OOB = 1;

    private static final int SHUT_RD = 0;
    private static final int SHUT_RDWR = 2;

    private static final int FD_PAIR = 2 * Integer.BYTES;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final World world;
    private final KernelOptions options;
    private final FdTable table;
    private final Chance chance;
    private final Polling polling;
    private final Trace trace;
    private long waits;
    private long progress;

    /** A machine of its own, with one process. */
    public SimulatedKernel(KernelOptions options) {
        this(new World(options), options);
    }

    private SimulatedKernel(World world, KernelOptions options) {
        this.world = world;
        this.options = options;
        this.table = new FdTable(options.openFileLimit());
        this.chance = new Chance(world.random.split(), options.faults());
        this.polling = new Polling(world, table, chance);
        this.trace = new Trace(world, options.trace());
    }

    /**
     * Another process of the same machine, with fds of its own and as many as it likes, which no
     * fault meets: for the peers of a program under test.
     */
    public SimulatedKernel anotherProcess() {
        synchronized (world) {
            return new SimulatedKernel(
                    world,
                    options.faults(Faults.none()).openFileLimit(Integer.MAX_VALUE).trace(null));
        }
    }

    // Time

    /** The virtual time in nanoseconds, from 0; or System.nanoTime. */
    @Override
    public long nanoTime() {
        synchronized (world) {
            return world.now();
        }
    }

    /** Runs an action when the clock gets there, inside the wait or advance that moves it. */
    public void after(long delayNanos, Runnable action) {
        synchronized (world) {
            world.after(delayNanos, action);
        }
    }

    /** When the next thing is scheduled, an action or a segment; {@link Long#MAX_VALUE}: never. */
    public long nextAt() {
        synchronized (world) {
            return world.nextAt();
        }
    }

    /** Moves the clock to the next thing scheduled and does it; false if there is none. */
    public boolean advance() {
        synchronized (world) {
            boolean scheduled = world.nextAt() != World.NEVER;
            if (scheduled) {
                world.advanceTo(world.nextAt());
            }
            return scheduled;
        }
    }

    /** Moves the clock there, doing on the way what is scheduled. */
    public void advanceTo(long nanoTime) {
        synchronized (world) {
            world.advanceTo(nanoTime);
        }
    }

    // What can be asked of a process

    @Override
    public int openFiles() {
        synchronized (world) {
            return table.size();
        }
    }

    /** How many times this process has asked what is ready. */
    public long waits() {
        synchronized (world) {
            return waits;
        }
    }

    /** Counts the calls of this process that changed something: what is no progress is spinning. */
    public long progress() {
        synchronized (world) {
            return progress;
        }
    }

    @Override
    public LinuxLibC libc() {
        return this;
    }

    // Descriptors

    @Override
    public int dup(int fd) {
        synchronized (world) {
            OpenFile file = table.get(fd);
            return trace.result("dup", fd, file == null ? -Errno.EBADF : table.add(file));
        }
    }

    @Override
    public int dup2(int fd, int number) {
        synchronized (world) {
            OpenFile file = table.get(fd);
            int result = file == null ? -Errno.EBADF : table.replace(number, file);
            return trace.result("dup2", fd, number, result);
        }
    }

    /** A regular file, directory or device, empty, whatever the path. */
    @Override
    public int open(String path) {
        synchronized (world) {
            return trace.result("open " + path, table.add(new PlainFile(world)));
        }
    }

    /** Removes the name of a unix-domain socket. */
    public int unlink(String path) {
        synchronized (world) {
            return trace.result("unlink " + path, world.network.unlink(path));
        }
    }

    @Override
    public int close(int fd) {
        synchronized (world) {
            return trace.result("close", fd, done(table.close(fd)));
        }
    }

    @Override
    public int checkPollable(int fd) {
        synchronized (world) {
            OpenFile file = table.get(fd);
            if (file == null) {
                return -Errno.EBADF;
            }
            return file.isPollable() ? 0 : -Errno.EPERM;
        }
    }

    // Making sockets and pipes

    @Override
    public int socket(int domain, int type, int protocol) {
        synchronized (world) {
            boolean unix = domain == SocketConstants.AF_UNIX;
            int fault = outOfSomething();
            int result = fault < 0 ? fault : table.add(new StreamSocket(world, unix));
            return trace.result("socket", domain, result);
        }
    }

    @Override
    public int socketpair(int domain, int type, int protocol, long fdsAddress) {
        synchronized (world) {
            StreamSocket[] pair = StreamSocket.pair(world);
            return addBoth("socketpair", pair[0], pair[1], fdsAddress);
        }
    }

    @Override
    public int pipe(long fdsAddress) {
        synchronized (world) {
            Pipe pipe = new Pipe(world);
            return addBoth("pipe", pipe.reader, pipe.writer, fdsAddress);
        }
    }

    private int addBoth(String call, OpenFile first, OpenFile second, long fdsAddress) {
        if (!table.hasRoomFor(2)) {
            return trace.result(call, -Errno.EMFILE);
        }
        ByteBuffer fds = NativeMemory.view(fdsAddress, FD_PAIR);
        fds.putInt(0, table.add(first));
        fds.putInt(Integer.BYTES, table.add(second));
        trace.line(call + " fds " + fds.getInt(0) + ", " + fds.getInt(Integer.BYTES));
        return 0;
    }

    @Override
    public int eventfd() {
        synchronized (world) {
            return trace.result("eventfd", table.add(new EventCounter(world)));
        }
    }

    // Connections

    @Override
    public int bind(int fd, long address, int length) {
        synchronized (world) {
            StreamSocket socket = socket(fd);
            Endpoint endpoint = Endpoint.read(NativeMemory.view(address, length));
            int result = socket == null ? notASocket(fd) : -Errno.EINVAL;
            if (socket != null && endpoint != null) {
                result = socket.bind(endpoint);
            }
            return trace.result("bind " + endpoint, fd, result);
        }
    }

    @Override
    public int listen(int fd, int backlog) {
        synchronized (world) {
            StreamSocket socket = socket(fd);
            int result = socket == null ? notASocket(fd) : socket.listen(backlog);
            return trace.result("listen", fd, backlog, result);
        }
    }

    @Override
    public int accept(int fd, long address, long lengthAddress) {
        synchronized (world) {
            return trace.result("accept", fd, done(acceptFrom(fd, address, lengthAddress)));
        }
    }

    private int acceptFrom(int fd, long address, long lengthAddress) {
        StreamSocket listener = socket(fd);
        if (listener == null || !listener.isListening()) {
            return listener == null ? notASocket(fd) : -Errno.EINVAL;
        }
        int fault = interruptedOrAgain();
        fault = fault < 0 ? fault : outOfSomething();
        if (fault < 0 && listener.available() > 0) {
            return fault;
        }
        if (listener.available() == 0) {
            return -Errno.EAGAIN;
        }
        if (!table.hasRoomFor(1)) {
            return -Errno.EMFILE;
        }
        StreamSocket socket = listener.accept();
        if (chance.of(chance.faults.aborted())) {
            socket.cut();
            socket.released();
            return -Errno.ECONNABORTED;
        }
        if (address != 0) {
            Endpoint remote = socket.remote();
            write(remote == null ? Endpoint.nameless() : remote, address, lengthAddress);
        }
        return table.add(socket);
    }

    @Override
    public int connect(int fd, long address, int length) {
        synchronized (world) {
            StreamSocket socket = socket(fd);
            Endpoint endpoint = Endpoint.read(NativeMemory.view(address, length));
            int result = socket == null ? notASocket(fd) : connect(socket, endpoint);
            return trace.result("connect " + endpoint, fd, done(result));
        }
    }

    private int connect(StreamSocket socket, Endpoint endpoint) {
        if (endpoint == null) {
            return -Errno.EINVAL;
        }
        if (chance.of(chance.faults.outOfBuffers())) {
            return -Errno.ENOBUFS;
        }
        if (chance.of(chance.faults.refused())) {
            return -Errno.ECONNREFUSED;
        }
        int result = socket.connect(endpoint);
        boolean interrupted = result == -Errno.EINPROGRESS && hits(chance.faults.interrupted());
        return interrupted ? -Errno.EINTR : result; // it goes on all the same: connect(2)
    }

    @Override
    public int getsockname(int fd, long address, long lengthAddress) {
        synchronized (world) {
            StreamSocket socket = socket(fd);
            if (socket == null) {
                return notASocket(fd);
            }
            write(socket.local(), address, lengthAddress);
            return 0;
        }
    }

    @Override
    public int getpeername(int fd, long address, long lengthAddress) {
        synchronized (world) {
            StreamSocket socket = socket(fd);
            if (socket == null || socket.remote() == null) {
                return socket == null ? notASocket(fd) : -Errno.ENOTCONN;
            }
            write(socket.remote(), address, lengthAddress);
            return 0;
        }
    }

    private static void write(Endpoint endpoint, long address, long lengthAddress) {
        ByteBuffer length = NativeMemory.view(lengthAddress, Integer.BYTES);
        length.putInt(0, endpoint.write(NativeMemory.view(address, length.getInt(0))));
    }

    @Override
    public int setsockopt(int fd, int level, int name, long valueAddress, int length) {
        synchronized (world) {
            StreamSocket socket = socket(fd);
            return socket == null
                    ? notASocket(fd)
                    : socket.options().set(level, name, NativeMemory.view(valueAddress, length));
        }
    }

    @Override
    public int getsockopt(int fd, int level, int name, long valueAddress, long lengthAddress) {
        synchronized (world) {
            StreamSocket socket = socket(fd);
            if (socket == null) {
                return notASocket(fd);
            }
            boolean error = level == SocketConstants.SOL_SOCKET && name == SocketConstants.SO_ERROR;
            int value = error ? socket.takeError() : socket.options().get(level, name);
            NativeMemory.view(valueAddress, Integer.BYTES).putInt(0, value);
            NativeMemory.view(lengthAddress, Integer.BYTES).putInt(0, Integer.BYTES);
            return trace.result(error ? "getsockopt SO_ERROR" : "getsockopt", fd, value, 0);
        }
    }

    @Override
    public int shutdown(int fd, int how) {
        synchronized (world) {
            StreamSocket socket = socket(fd);
            boolean reading = how == SHUT_RD || how == SHUT_RDWR;
            boolean writing = how == SocketConstants.SHUT_WR || how == SHUT_RDWR;
            int result = socket == null ? notASocket(fd) : socket.shutdown(reading, writing);
            return trace.result("shutdown", fd, how, done(result));
        }
    }

    @Override
    public int unacknowledged(int fd) {
        synchronized (world) {
            StreamSocket socket = socket(fd);
            return socket == null ? notASocket(fd) : socket.unacknowledged();
        }
    }

    // Bytes

    @Override
    public int recv(int fd, long address, int length, int flags) {
        synchronized (world) {
            StreamSocket socket = socket(fd);
            int result;
            if (socket == null) {
                result = notASocket(fd);
            } else if ((flags & MSG_OOB) != 0) {
                result = socket.receiveUrgent(NativeMemory.view(address, length));
            } else {
                int fault = transferFault(socket, socket.available() > 0);
                int shortened = chance.shorten(length);
                result = fault < 0 ? fault : socket.read(NativeMemory.view(address, shortened));
            }
            return trace.result("recv", fd, length, done(result));
        }
    }

    @Override
    public int send(int fd, long address, int length, int flags) {
        synchronized (world) {
            StreamSocket socket = socket(fd);
            int result;
            if (socket == null) {
                result = notASocket(fd);
            } else {
                int fault = transferFault(socket, socket.room() > 0);
                result = fault < 0 ? fault : send(socket, address, length, flags);
            }
            return trace.result("send", fd, length, done(result));
        }
    }

    private int send(StreamSocket socket, long address, int length, int flags) {
        ByteBuffer bytes = NativeMemory.view(address, length);
        if ((flags & MSG_OOB) == 0) {
            return socket.write(bytes.limit(chance.shorten(length)));
        }
        socket.write(bytes.limit(length - 1));
        socket.sendUrgent(bytes.get(length - 1));
        return length;
    }

    /** What goes wrong with a transfer that would move bytes. */
    private int transferFault(StreamSocket socket, boolean moves) {
        if (!moves) {
            return 0;
        }
        if (chance.of(chance.faults.reset()) && !socket.isUnix()) {
            socket.cut();
            return 0;
        }
        int fault = interruptedOrAgain();
        if (fault < 0) {
            socket.wake(PollBits.ANY); // as though it had become possible a moment later
        }
        return fault;
    }

    @Override
    public int read(int fd, long address, int length) {
        synchronized (world) {
            OpenFile file = table.get(fd);
            int result =
                    file == null
                            ? -Errno.EBADF
                            : file.read(NativeMemory.view(address, chance.shorten(length)));
            return trace.result("read", fd, length, done(result));
        }
    }

    @Override
    public int write(int fd, long address, int length) {
        synchronized (world) {
            OpenFile file = table.get(fd);
            int result =
                    file == null ? -Errno.EBADF : file.write(NativeMemory.view(address, length));
            return trace.result("write", fd, length, done(result));
        }
    }

    // Readiness

    @Override
    public int poll(long pollfdsAddress, int count, long timeoutNanos) {
        synchronized (world) {
            if (interruptsWait(timeoutNanos)) {
                return trace.result("poll", count, -Errno.EINTR);
            }
            ByteBuffer pollfds = NativeMemory.view(pollfdsAddress, count * Polling.POLLFD);
            return trace.result("poll", count, polling.poll(pollfds, count, timeoutNanos));
        }
    }

    @Override
    public int select(
            int count, long readBits, long writeBits, long exceptBits, long timeoutNanos) {
        synchronized (world) {
            if (interruptsWait(timeoutNanos)) {
                return trace.result("select", count, -Errno.EINTR);
            }
            int size = (count + Long.SIZE - 1) / Long.SIZE * Long.BYTES;
            ByteBuffer[] sets = {
                viewOrNull(readBits, size),
                viewOrNull(writeBits, size),
                viewOrNull(exceptBits, size)
            };
            return trace.result("select", count, polling.select(count, sets, timeoutNanos));
        }
    }

    @Override
    public int epollCreate() {
        synchronized (world) {
            return trace.result("epoll_create", table.add(new Epoll(world, table)));
        }
    }

    @Override
    public int epollCtl(int epollFd, int operation, int fd, long eventAddress) {
        synchronized (world) {
            if (!(table.get(epollFd) instanceof Epoll epoll)) {
                return table.get(epollFd) == null ? -Errno.EBADF : -Errno.EINVAL;
            }
            int size = options.epollEventSize();
            ByteBuffer event = NativeMemory.view(eventAddress, size);
            long data = event.getLong(size - Long.BYTES);
            int result = epoll.control(operation, fd, event.getInt(0), data);
            return trace.result("epoll_ctl " + Epoll.name(operation), epollFd, fd, result);
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
            if (!(table.get(epollFd) instanceof Epoll epoll)) {
                return table.get(epollFd) == null ? -Errno.EBADF : -Errno.EINVAL;
            }
            if (interruptsWait(timeoutNanos)) {
                return trace.result("epoll_wait", epollFd, -Errno.EINTR);
            }
            int size = options.epollEventSize();
            ByteBuffer events = NativeMemory.view(eventsAddress, maxEvents * size);
            int result = epoll.await(events, size, maxEvents, timeoutNanos, chance);
            return trace.result("epoll_wait", epollFd, result);
        }
    }

    @Override
    public int kqueue() {
        synchronized (world) {
            Kqueue kqueue = new Kqueue(world, table, options.keventSize());
            return trace.result("kqueue", table.add(kqueue));
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
            if (!(table.get(kqueueFd) instanceof Kqueue kqueue)) {
                return -Errno.EBADF;
            }
            int size = options.keventSize();
            long timeoutNanos = nanos(timespecAddress);
            int result =
                    kqueue.kevent(
                            viewOrNull(changesAddress, changeCount * size),
                            changeCount,
                            viewOrNull(eventsAddress, eventCount * size),
                            eventCount,
                            timeoutNanos,
                            chance);
            if (result == 0 && eventCount > 0 && interruptsWait(timeoutNanos)) {
                result = -Errno.EINTR; // the changes were applied: kqueue(2)
            }
            return trace.result("kevent", kqueueFd, changeCount, result);
        }
    }

    // What the calls have in common

    /** Null for what is no socket; {@link #notASocket} says why. */
    private StreamSocket socket(int fd) {
        return table.get(fd) instanceof StreamSocket socket ? socket : null;
    }

    private int notASocket(int fd) {
        return table.get(fd) == null ? -Errno.EBADF : -Errno.ENOTSOCK;
    }

    private boolean interruptsWait(long timeoutNanos) {
        waits++;
        return timeoutNanos != 0 && hits(chance.faults.interrupted());
    }

    private int interruptedOrAgain() {
        if (hits(chance.faults.interrupted())) {
            return -Errno.EINTR;
        }
        return hits(chance.faults.again()) ? -Errno.EAGAIN : 0;
    }

    private int outOfSomething() {
        if (hits(chance.faults.outOfFiles())) {
            return -Errno.EMFILE;
        }
        return hits(chance.faults.outOfBuffers()) ? -Errno.ENOBUFS : 0;
    }

    private boolean hits(int frequency) {
        return chance.of(frequency);
    }

    private int done(int result) {
        progress += result >= 0 || result == -Errno.EINPROGRESS ? 1 : 0;
        return result;
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
