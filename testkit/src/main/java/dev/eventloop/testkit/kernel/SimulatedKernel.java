package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LinuxLibC;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.testkit.Machine;
import java.net.InetSocketAddress;

/**
 * A process on a simulated machine: implements {@link dev.eventloop.libc.LibC} with its Linux and
 * BSD parts in memory.
 *
 * <pre>{@code
 * SimulatedKernel kernel = new SimulatedKernel(KernelOptions.defaults().seed(42));
 * Sockets sockets = new Sockets(kernel);
 * EventLoop loop = EventLoop.over(
 *         new PollPoller(kernel, 64), EventLoopOptions.defaults().clock(kernel::nanoTime));
 * }</pre>
 *
 * <p>A wait does not sleep: it advances the virtual clock and runs scheduled actions until it has a
 * result or its timeout expires. A wait without a timeout and without scheduled actions throws
 * {@link AssertionError}. If one thread makes all calls, in the same order, the same seed gives the
 * same run, byte for byte. With {@link KernelOptions#wallClock} waits block, any thread may call,
 * and runs are not reproducible.
 */
public final class SimulatedKernel extends ReadinessCalls implements Machine {
    /** Creates a machine with one process. */
    public SimulatedKernel(KernelOptions options) {
        this(new World(options), options);
    }

    private SimulatedKernel(World world, KernelOptions options) {
        super(world, options);
    }

    /**
     * Creates another process on the same machine, with its own fds, without faults, fd limit or
     * trace: for the peers of a program under test.
     */
    public SimulatedKernel anotherProcess() {
        synchronized (world) {
            return new SimulatedKernel(
                    world,
                    process.options
                            .faults(Faults.none())
                            .openFileLimit(Integer.MAX_VALUE)
                            .trace(null));
        }
    }

    /**
     * The virtual time in nanoseconds since the start, or {@link System#nanoTime} with a wall
     * clock.
     */
    @Override
    public long nanoTime() {
        synchronized (world) {
            return world.now();
        }
    }

    /** Schedules an action. It runs inside the wait or advance that moves the clock to its time. */
    public void after(long delayNanos, Runnable action) {
        synchronized (world) {
            world.after(delayNanos, action);
        }
    }

    /** The time of the next scheduled action or segment; {@link Long#MAX_VALUE} for none. */
    public long nextAt() {
        synchronized (world) {
            return world.nextAt();
        }
    }

    /** Advances the clock to the next scheduled action and runs it; false if there is none. */
    public boolean advance() {
        synchronized (world) {
            boolean scheduled = world.nextAt() != World.NEVER;
            if (scheduled) {
                world.advanceTo(world.nextAt());
            }
            return scheduled;
        }
    }

    /** Advances the clock, and runs the actions scheduled up to then. */
    public void advanceTo(long nanoTime) {
        synchronized (world) {
            world.advanceTo(nanoTime);
        }
    }

    @Override
    public int openFiles() {
        synchronized (world) {
            return process.table.size();
        }
    }

    /** The number of waits that this process has made: poll, select, epoll_wait and kevent. */
    public long waits() {
        synchronized (world) {
            return process.waits();
        }
    }

    /** The number of calls of this process that changed something. Waits without progress spin. */
    public long progress() {
        synchronized (world) {
            return process.progress();
        }
    }

    @Override
    public LinuxLibC libc() {
        return this;
    }

    @Override
    public int dup(int fd) {
        synchronized (world) {
            OpenFile file = process.table.get(fd);
            return process.trace.result(
                    "dup", fd, file == null ? -Errno.EBADF : process.table.add(file));
        }
    }

    @Override
    public int dup2(int fd, int number) {
        synchronized (world) {
            OpenFile file = process.table.get(fd);
            int result = file == null ? -Errno.EBADF : process.table.replace(number, file);
            return process.trace.result("dup2", fd, number, result);
        }
    }

    /** Real memory, unless {@link Fault#OUT_OF_MEMORY} happens. */
    @Override
    public NativeMemory memory(int size) {
        synchronized (world) {
            boolean refused = process.chance.of(Fault.OUT_OF_MEMORY);
            process.trace.result("mmap", size, refused ? -Errno.ENOMEM : 0);
            return refused ? null : NativeMemory.tryAllocate(size);
        }
    }

    @Override
    public int splice(int fromFd, int toFd, int length) {
        synchronized (world) {
            FdTable table = process.table;
            OpenFile from = table.get(fromFd);
            int result = new Splice(process).move(from, table.get(toFd), length);
            boolean firstEof = from instanceof StreamSocket socket && socket.isFirstEof(result);
            return process.trace.result("splice", fromFd, toFd, process.moved(result, firstEof));
        }
    }

    @Override
    public int pipeCapacity(int fd, int bytes) {
        synchronized (world) {
            OpenFile file = process.table.get(fd);
            return process.trace.result(
                    "pipe_capacity",
                    fd,
                    bytes,
                    file == null ? -Errno.EBADF : file.setPipeCapacity(bytes));
        }
    }

    /**
     * Opens an empty regular file, whatever the path; always ready, as directories and devices are.
     */
    @Override
    public int open(String path) {
        synchronized (world) {
            return process.trace.result(
                    "open " + path, process.table.add(new PlainFile(world, new byte[0])));
        }
    }

    /**
     * Creates or replaces a file, last modified in 1970; a process that has opened the old one
     * keeps it. Programs open it with {@code LibC.open}.
     */
    public void putFile(String path, byte[] content) {
        synchronized (world) {
            world.files.put(path, content.clone());
        }
    }

    /** Binds a new socket to a local address before it connects; 0, or -errno. */
    public int bind(int fd, InetSocketAddress address) {
        synchronized (world) {
            Endpoint endpoint = Endpoint.inet(address.getAddress(), address.getPort());
            Socket socket = process.socket(fd);
            int result = socket == null ? process.notASocket(fd) : socket.bind(endpoint);
            return process.trace.result("bind " + endpoint, fd, result);
        }
    }

    /** How often a fault was injected into this process. */
    public long count(Fault fault) {
        synchronized (world) {
            return process.chance.count(fault);
        }
    }

    /** Ends the faults of this process: none is injected from now on. */
    public void stopFaults() {
        synchronized (world) {
            process.chance.stop();
        }
    }

    /** Removes the name of a unix-domain socket. */
    public int unlink(String path) {
        synchronized (world) {
            return process.trace.result("unlink " + path, world.network.unlink(path));
        }
    }
}
