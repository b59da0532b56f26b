package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.lb.fixture.Unchecked;
import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.Sockets;
import dev.eventloop.poll.PollPoller;
import dev.eventloop.select.SelectPoller;
import dev.eventloop.spi.Poller;
import dev.eventloop.testkit.kernel.KernelOptions;
import dev.eventloop.testkit.kernel.SimulatedKernel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A loop that is only level-triggered does not report the reset of a peer that has sent its FIN, or
 * of a client that is dialled for. The load balancer asks every second, which is no activity.
 */
@Tag("fast")
class ResetsAreAskedForTest {
    private static final InetSocketAddress FRONT =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080);
    private static final InetSocketAddress TCP =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 9001);
    private static final UnixDomainSocketAddress UNIX = UnixDomainSocketAddress.of("/backend");
    private static final Duration HALF_CLOSED = Duration.ofSeconds(10);
    private static final Duration SECOND = Duration.ofMillis(1_100); // timers are rounded up

    private final SimulatedKernel kernel = new SimulatedKernel(KernelOptions.defaults().seed(1));
    private final Sockets peers = new Sockets(kernel.anotherProcess());
    private SteppedLoadBalancer lb;
    private int listener;

    @AfterEach
    void end() {
        lb.release();
    }

    private void open(String poller, boolean overUnix) throws Exception {
        LoadBalancerBuilder builder =
                Unchecked.builder()
                        .listen("127.0.0.1", FRONT.getPort())
                        .threads(1)
                        .halfCloseTimeout(HALF_CLOSED);
        if (overUnix) {
            listener = peers.listen(UNIX, ListenOptions.defaults().backlog(0));
            builder.backend(UNIX, 1);
        } else {
            listener = peers.listen(TCP, ListenOptions.defaults());
            builder.backend("127.0.0.1", TCP.getPort());
        }
        lb =
                SteppedLoadBalancer.open(
                        builder,
                        new Sockets(kernel),
                        kernel::nanoTime,
                        1,
                        options -> EventLoop.over(poller(poller), options.clock(kernel::nanoTime)));
    }

    private Poller poller(String name) throws ErrnoException {
        return name.equals("poll") ? new PollPoller(kernel, 256) : new SelectPoller(kernel, 256);
    }

    private void run(Duration time) throws Exception {
        long end = kernel.nanoTime() + time.toNanos();
        while (kernel.nanoTime() < end) {
            kernel.advanceTo(kernel.nanoTime() + 1_000_000);
            lb.turn();
        }
    }

    private void pass(int from, int to) throws Exception {
        assertThat(peers.write(from, ByteBuffer.wrap(new byte[] {'x'}))).isEqualTo(1);
        run(Duration.ofMillis(5));
        assertThat(peers.read(to, ByteBuffer.allocate(10))).isEqualTo(1);
    }

    /** A connection that has passed a byte each way, and then one FIN; returns who sent that. */
    private int halfClosed(boolean byBackend) throws Exception {
        int client = peers.connect(FRONT);
        run(Duration.ofMillis(5));
        int backend = peers.accept(listener);
        pass(client, backend);
        pass(backend, client);
        int first = byBackend ? backend : client;
        peers.shutdownWrite(first);
        run(Duration.ofMillis(5));
        int other = byBackend ? client : backend;
        assertThat(peers.read(other, ByteBuffer.allocate(10))).isZero();
        return first;
    }

    @ParameterizedTest
    @CsvSource({"poll,false", "poll,true", "select,false", "select,true"})
    @DisplayName("a peer that has half-closed, and then resets, is noticed although nobody sends")
    void afterAHalfClose(String poller, boolean byBackend) throws Exception {
        open(poller, false);
        int first = halfClosed(byBackend);
        run(Duration.ofMillis(3_500)); // asked three times, for nothing
        assertThat(lb.connectionsInUse()).isOne();
        peers.reset(first);
        run(SECOND);
        assertThat(lb.stats().closes())
                .isEqualTo(
                        Map.of(
                                byBackend ? CloseReason.BACKEND_RESET : CloseReason.CLIENT_RESET,
                                1L));
        assertThat(lb.connectionsInUse()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"poll,false", "poll,true", "select,false", "select,true"})
    @DisplayName("one that stays silent ends at the half-close limit, however often it was asked")
    void askingIsNotActivity(String poller, boolean byBackend) throws Exception {
        open(poller, false);
        halfClosed(byBackend);
        run(HALF_CLOSED.minus(SECOND));
        assertThat(lb.stats().closes()).isEmpty();
        run(SECOND);
        assertThat(lb.stats().closes()).isEqualTo(Map.of(CloseReason.HALF_CLOSE_TIMEOUT, 1L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"poll", "select"})
    @DisplayName("a client that resets while it is dialled for, by an object that served before")
    void whileDialledFor(String poller) throws Exception {
        open(poller, true);
        int[] former = new int[2];
        for (int i = 0; i < former.length; i++) {
            former[i] = peers.connect(FRONT);
            run(Duration.ofMillis(5));
            pass(former[i], peers.accept(listener));
        }
        lb.closeAllConnections();
        run(Duration.ofMillis(5));
        assertThat(lb.connectionsInUse()).isZero();

        peers.connect(FRONT); // fills the backlog
        run(Duration.ofMillis(5));
        int waiting = peers.connect(FRONT);
        run(Duration.ofMillis(2_500));
        assertThat(lb.connectionsInUse()).isEqualTo(2);
        peers.reset(waiting);
        run(SECOND);
        assertThat(lb.connectionsInUse()).isOne();
        assertThat(lb.stats().closes())
                .isEqualTo(Map.of(CloseReason.KILLED, 2L, CloseReason.CLIENT_RESET, 1L));
    }
}
