package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.epoll.EpollPoller;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.Sockets;
import dev.eventloop.testkit.kernel.KernelOptions;
import dev.eventloop.testkit.kernel.SimulatedKernel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

/** A pool whose backends are checked over a simulated kernel, in virtual time. */
final class CheckedPool implements AutoCloseable {
    private static final String PREFACE = "hello";
    private static final long TICK = 10_000_000;

    private final SimulatedKernel kernel;
    private final Sockets servers;
    private final Pool pool;
    private final EventLoop loop;
    private HealthChecks checks;
    private HealthOptions options;

    /**
     * @param slots how many checks may run at a time
     */
    CheckedPool(Duration interval, Duration timeout, int slots, KernelOptions kernelOptions)
            throws Exception {
        kernel = new SimulatedKernel(kernelOptions);
        servers = new Sockets(kernel.anotherProcess());
        options = new HealthOptions(interval, timeout, 3, 2, Duration.ZERO);
        pool = new Pool(RoundRobin::new, options, kernel::nanoTime);
        loop =
                EventLoop.over(
                        new EpollPoller(kernel, 16),
                        EventLoopOptions.defaults().clock(kernel::nanoTime));
        pool.watch(
                new PoolWatcher() {
                    @Override
                    public void changed(Collection<Backend> backends) {
                        if (checks != null) {
                            checks.update(backends);
                        }
                    }
                });
        checks =
                new HealthChecks(
                        pool,
                        loop,
                        new Sockets(kernel),
                        (fd, buffer) -> buffer.put(ByteBuffer.wrap(ascii(PREFACE))),
                        new CheckSlots(16L * slots),
                        42);
    }

    static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** A server's listener, which takes one connection that is not accepted. */
    int listen(SocketAddress address) throws Exception {
        ListenOptions one = ListenOptions.defaults().backlog(0);
        return address instanceof UnixDomainSocketAddress path
                ? servers.listen(path, one)
                : servers.listen((InetSocketAddress) address, one);
    }

    /** A connect that is never accepted. */
    void fillBacklog(UnixDomainSocketAddress address) throws Exception {
        servers.connect(address);
    }

    Backend add(String name, SocketAddress address) {
        return pool.add(new Backend(name, "", address, 1, false, 0));
    }

    /** Many at once, all at the same address. */
    List<Backend> addMany(int count, SocketAddress address) {
        pool.replace(
                "many",
                IntStream.range(0, count)
                        .mapToObj(i -> new Backend("b" + i, "many", address, 1, false, 0))
                        .toList());
        return pool.backends();
    }

    void remove(Backend backend) {
        pool.remove(backend::equals);
    }

    /** Clients cannot connect to it until it is down. */
    void fail(Backend backend) {
        while (backend.isHealthy()) {
            pool.connectFailed(backend, "a test");
        }
    }

    void changeInterval(Duration interval) {
        options = new HealthOptions(interval, options.timeout(), 3, 2, Duration.ZERO);
        pool.change(RoundRobin::new, options);
        checks.updateAll();
    }

    /** Lets this much time pass. */
    void run(Duration time) throws Exception {
        long end = kernel.nanoTime() + time.toNanos();
        while (kernel.nanoTime() < end) {
            kernel.advanceTo(Math.min(end, kernel.nanoTime() + TICK));
            turn();
        }
    }

    /** All that is to be done now. */
    void turn() throws Exception {
        while (loop.run(0) > 0) {
            // there may be more
        }
    }

    /** The server's end of a check; the checks go on until there is one. */
    int accept(int listener) throws Exception {
        int fd = servers.accept(listener);
        for (int ticks = 0; fd < 0 && ticks < 100_000; ticks++) {
            run(Duration.ofNanos(TICK));
            fd = servers.accept(listener);
        }
        assertThat(fd).as("a check").isNotNegative();
        turn();
        return fd;
    }

    /** Negative if there is none. */
    int acceptIfAny(int listener) {
        return servers.accept(listener);
    }

    /** The server reads all that has come; null for a reset, and a dot for the end. */
    String read(int fd) {
        StringBuilder text = new StringBuilder();
        ByteBuffer bytes = ByteBuffer.allocate(100);
        int count = servers.read(fd, bytes);
        while (count > 0) {
            text.append(new String(bytes.array(), 0, count, StandardCharsets.US_ASCII));
            bytes.clear();
            count = servers.read(fd, bytes);
        }
        if (count == 0) {
            return text.append('.').toString();
        }
        return count == -Errno.EAGAIN ? text.toString() : null;
    }

    void send(int fd, String text) {
        assertThat(servers.write(fd, ByteBuffer.wrap(ascii(text)))).isEqualTo(text.length());
    }

    void end(int fd) {
        servers.close(fd);
    }

    void reset(int fd) {
        servers.reset(fd);
    }

    /** How many sockets the checks have open. */
    int open() {
        return loop.size();
    }

    HealthChecks checks() {
        return checks;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        checks.end();
        pool.close();
        loop.close();
    }
}
