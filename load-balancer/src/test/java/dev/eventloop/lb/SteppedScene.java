package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventLoop;
import dev.eventloop.epoll.EpollPoller;
import dev.eventloop.lb.fixture.Unchecked;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.LinuxLibC;
import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.Sockets;
import dev.eventloop.testkit.kernel.KernelOptions;
import dev.eventloop.testkit.kernel.SimulatedKernel;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A load balancer of one thread, its clients and its one backend over a simulated kernel: nothing
 * happens between two turns, so what happens in one is always the same.
 */
final class SteppedScene implements AutoCloseable {
    private static final InetSocketAddress BACKEND =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 9001);
    private static final InetSocketAddress FRONT =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080);

    private final SimulatedKernel kernel;
    private final LibC peersCalls;
    private final Sockets peers;
    private SteppedLoadBalancer lb;
    private int backendListener;

    SteppedScene() {
        this(KernelOptions.defaults().seed(1));
    }

    SteppedScene(KernelOptions options) {
        this.kernel = new SimulatedKernel(options);
        this.peersCalls = kernel.anotherProcess();
        this.peers = new Sockets(peersCalls);
    }

    /** The load balancer's. */
    SimulatedKernel kernel() {
        return kernel;
    }

    /**
     * The load balancer's, which adds the name of each call to a list.
     *
     * @param calls grows
     */
    LinuxLibC recorded(List<String> calls) {
        return answering(
                call -> {
                    calls.add(call);
                    return null;
                });
    }

    /**
     * The load balancer's, behind one that may answer in its place.
     *
     * @param answers the result of a call of that name; null to let the kernel answer
     */
    LinuxLibC answering(Function<String, Object> answers) {
        return (LinuxLibC)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {LinuxLibC.class},
                        (proxy, method, arguments) -> {
                            Object answer = answers.apply(method.getName());
                            try {
                                return answer == null ? method.invoke(kernel, arguments) : answer;
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    /** The clients' and the backend's. */
    LibC peersCalls() {
        return peersCalls;
    }

    /** The clients' and the backend's. */
    Sockets peers() {
        return peers;
    }

    /** Opens the load balancer. */
    void open(Splice splice) throws Exception {
        open(splice, kernel);
    }

    /**
     * As {@link #open(Splice)}.
     *
     * @param libc the kernel, with whatever stands before it
     */
    void open(Splice splice, LinuxLibC libc) throws Exception {
        openTcp(Unchecked.builder().splice(splice), libc);
    }

    /** As {@link #open(Splice, LinuxLibC)}, with these settings. */
    void openTcp(LoadBalancerBuilder settings, LinuxLibC libc) throws Exception {
        backendListener = peers.listen(BACKEND, ListenOptions.defaults());
        open(settings.backend("127.0.0.1", BACKEND.getPort()), libc);
    }

    /** As {@link #open(Splice)}, with these settings. */
    void open(Splice splice, LoadBalancerBuilder settings) throws Exception {
        openTcp(settings.splice(splice), kernel);
    }

    /** With the backend at this path, and a backlog for one connection. */
    void openOver(Path path, LinuxLibC libc) throws Exception {
        openOver(path, libc, Unchecked.builder());
    }

    /** As {@link #openOver(Path, LinuxLibC)}, with these settings. */
    void openOver(Path path, LinuxLibC libc, LoadBalancerBuilder settings) throws Exception {
        UnixDomainSocketAddress backend = UnixDomainSocketAddress.of(path);
        backendListener = peers.listen(backend, ListenOptions.defaults().backlog(0));
        open(settings.backend(backend, 1), libc);
    }

    private void open(LoadBalancerBuilder builder, LinuxLibC libc) throws Exception {
        lb =
                SteppedLoadBalancer.open(
                        builder.listen("127.0.0.1", FRONT.getPort()).threads(1).maxClients(1000),
                        new Sockets(libc),
                        kernel::nanoTime,
                        1,
                        options ->
                                EventLoop.over(
                                        new EpollPoller(libc, 256),
                                        options.clock(kernel::nanoTime)));
    }

    /** A client's fd. */
    int connect() throws Exception {
        return peers.connect(FRONT);
    }

    /** The backend's fd of the first client. */
    int accept() {
        int fd = peers.accept(backendListener);
        assertThat(fd).isNotNegative();
        return fd;
    }

    /** As {@link #accept}; -EAGAIN if none is waiting. */
    int acceptIfAny() {
        return peers.accept(backendListener);
    }

    /** How often connections ended for each reason. */
    Map<CloseReason, Long> closes() {
        return lb.stats().closes();
    }

    /** Connections that are not in their pool. */
    int connectionsInUse() {
        return lb.connectionsInUse();
    }

    /** Until nothing happens any more. */
    void turn() throws Exception {
        do {
            kernel.advanceTo(kernel.nanoTime() + 1_000_000);
        } while (lb.turn() > 0);
    }

    /** {@link #turn Turns} until this time is over. */
    void turnFor(Duration time) throws Exception {
        long end = kernel.nanoTime() + time.toNanos();
        while (kernel.nanoTime() < end) {
            turn();
        }
    }

    /** A client, connected. */
    SteppedPeer client() throws Exception {
        return new SteppedPeer(this, connect());
    }

    /** The backend's end of the first client that it has not accepted. */
    SteppedPeer backend() {
        return new SteppedPeer(this, accept());
    }

    /** Kills all connections. */
    void kill() throws Exception {
        lb.closeAllConnections();
        turn();
    }

    /** The state of the load balancer. */
    SteppedLoadBalancer lb() {
        return lb;
    }

    /** Buffers that are not in their pool, without the one of the thread. */
    int buffersInUse() {
        return lb.buffersTaken() - 1;
    }

    /** The load balancer stands still: nothing of it runs, and time goes on. */
    void pause(Duration time) {
        kernel.advanceTo(kernel.nanoTime() + time.toNanos());
    }

    /** This much time passes, and all runs. */
    void run(Duration time) throws Exception {
        long step = Math.max(10_000_000, time.toNanos() / 100);
        long end = kernel.nanoTime() + time.toNanos();
        while (kernel.nanoTime() < end) {
            kernel.advanceTo(Math.min(end, kernel.nanoTime() + step));
            turn();
        }
    }

    /** What a peer can read now: the text, and then "EOF" or "RESET" if that has come. */
    String read(int fd, int most) {
        StringBuilder text = new StringBuilder();
        ByteBuffer bytes = ByteBuffer.allocate(most);
        int count = peers.read(fd, bytes);
        while (count > 0) {
            text.append(new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII));
            bytes = ByteBuffer.allocate(most - text.length());
            if (!bytes.hasRemaining()) {
                return text.toString();
            }
            count = peers.read(fd, bytes);
        }
        if (count == -Errno.EAGAIN) {
            return text.toString();
        }
        return text.append(count == 0 ? "EOF" : "RESET").toString();
    }

    void send(int fd, String text) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        assertThat(peers.write(fd, bytes)).isEqualTo(text.length());
    }

    @Override
    public void close() {
        lb.release();
    }
}
