package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LinuxLibC;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.testkit.Machine;
import java.net.InetSocketAddress;

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
public final class SimulatedKernel extends ReadinessCalls implements Machine {
    /** A machine of its own, with one process. */
    public SimulatedKernel(KernelOptions options) {
        this(new World(options), options);
    }

    private SimulatedKernel(World world, KernelOptions options) {
        super(world, options);
    }

    /**
     * Another process of the same machine, with fds of its own and as many as it likes, which no
     * fault meets: for the peers of a program under test.
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

    @Override
    public int openFiles() {
        synchronized (world) {
            return process.table.size();
        }
    }

    /** How many times this process has asked what is ready. */
    public long waits() {
        synchronized (world) {
            return process.waits();
        }
    }

    /** Counts the calls of this process that changed something: what is no progress is spinning. */
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
            boolean news = from instanceof StreamSocket socket && socket.tellsEnd(result);
            return process.trace.result("splice", fromFd, toFd, process.moved(result, news));
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

    /** A regular file, directory or device, empty, whatever the path. */
    @Override
    public int open(String path) {
        synchronized (world) {
            return process.trace.result(
                    "open " + path, process.table.add(new PlainFile(world, new byte[0])));
        }
    }

    /**
     * Puts a file there, in place of one that there was; who has that one open keeps it. Programs
     * find it by {@code open} of {@code LibC}, written in 1970.
     */
    public void putFile(String path, byte[] content) {
        synchronized (world) {
            world.files.put(path, content.clone());
        }
    }

    /** Gives a new socket an address of this machine to connect from; 0, or -errno. */
    public int bind(int fd, InetSocketAddress address) {
        synchronized (world) {
            Endpoint endpoint = Endpoint.inet(address.getAddress(), address.getPort());
            StreamSocket socket = process.socket(fd);
            int result = socket == null ? process.notASocket(fd) : socket.bind(endpoint);
            return process.trace.result("bind " + endpoint, fd, result);
        }
    }

    /** How often a fault has met this process. */
    public long count(Fault fault) {
        synchronized (world) {
            return process.chance.count(fault);
        }
    }

    /** Removes the name of a unix-domain socket. */
    public int unlink(String path) {
        synchronized (world) {
            return process.trace.result("unlink " + path, world.network.unlink(path));
        }
    }
}
