package dev.eventloop.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventCallback;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * An fd was closed without del while a duplicate keeps its file open: epoll reports it in every
 * wait, and no call can delete it. The loop must not spin, and must not deliver the events to the
 * next file with that fd number (libuv's test-iouring-pollhup.c).
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has epoll")
@Tag("fast")
final class AbandonedFileTest extends EpollCase {
    private final AtomicInteger waits = new AtomicInteger();
    private final List<Object> heard = new ArrayList<>();
    private final EventCallback<Object> hear = (fd, events, attachment) -> heard.add(attachment);
    private EventLoop loop;

    @BeforeEach
    void countWaits() throws Exception {
        loop =
                loopOver(
                        TappedKernel.observing(
                                "epollPwait2",
                                result -> {
                                    waits.incrementAndGet();
                                    return result;
                                }));
    }

    /** Waits without a callback, and with few epoll_wait calls. */
    private void assertSilentWithoutSpinning() throws Exception {
        int before = waits.get();
        assertNeverEarly(loop, 20);
        assertThat(waits.get() - before).isLessThan(10);
    }

    @Test
    void isForgottenOnceItWasDeleted() throws Exception {
        int[] old = fds.pair();
        fds.duplicate(old[0]);
        loop.add(old[0], Events.READ, hear, "old");
        fds.close(old[0]);
        loop.del(old[0]);
        fds.send(old[1], "x");
        fds.close(old[1]);
        assertSilentWithoutSpinning();
        assertThat(heard).isEmpty();
    }

    @Test
    void isNotHeardByTheNextFileOfItsNumber() throws Exception {
        int[] old = fds.pair();
        int[] fresh = fds.pair();
        fds.duplicate(old[0]);
        loop.add(old[0], Events.READ, hear, "old");
        fds.replace(old[0], fresh[0]);
        loop.del(old[0]);
        loop.add(old[0], Events.READ, hear, "new");
        fds.close(old[1]);
        assertSilentWithoutSpinning();
        assertThat(heard).isEmpty();
        fds.send(fresh[1], "x");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(heard).containsExactly("new");
    }

    @Test
    void isReplacedByAnAddWithoutDel() throws Exception {
        int[] old = fds.pair();
        int[] fresh = fds.pair();
        fds.duplicate(old[0]);
        loop.add(old[0], Events.READ, hear, "old");
        fds.replace(old[0], fresh[0]);
        loop.add(old[0], Events.READ, hear, "new");
        assertThat(loop.size()).isEqualTo(1);
        fds.close(old[1]);
        assertSilentWithoutSpinning();
        fds.send(fresh[1], "x");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(heard).containsExactly("new");
    }

    @Test
    void leavesEveryOtherRegistrationAsItWas() throws Exception {
        int[] level = fds.pair();
        int[] edge = fds.pair();
        int[] armed = fds.pair();
        int[] fired = fds.pair();
        int[] masked = fds.pair();
        fds.send(fired[1], "x");
        loop.add(fired[0], Events.READ | Events.ONESHOT, hear, "fired");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        loop.add(level[0], Events.READ, hear, "level");
        loop.add(edge[0], Events.READ | Events.EDGE, hear, "edge");
        loop.add(armed[0], Events.READ | Events.ONESHOT, hear, "armed");
        loop.add(masked[0], 0, hear, "masked");
        fds.send(masked[1], "x");

        int[] old = fds.pair();
        fds.duplicate(old[0]);
        loop.add(old[0], Events.READ, hear, "old");
        fds.close(old[0]);
        loop.del(old[0]);
        fds.close(old[1]);
        heard.clear();
        assertSilentWithoutSpinning();
        assertThat(heard).isEmpty();
        assertThat(loop.size()).isEqualTo(5);

        for (int[] pair : new int[][] {level, edge, armed}) {
            fds.send(pair[1], "x");
        }
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(3);
        assertThat(heard).containsExactlyInAnyOrder("level", "edge", "armed");
        heard.clear();
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(heard).containsExactly("level");
        loop.del(level[0]);
        loop.mod(fired[0], Events.READ | Events.ONESHOT);
        loop.mod(armed[0], Events.READ | Events.ONESHOT);
        loop.mod(masked[0], Events.READ);
        heard.clear();
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(3);
        assertThat(heard).containsExactlyInAnyOrder("fired", "armed", "masked");
    }

    @Test
    void amongTheReadyDoesNotStopTheirCallbacks() throws Exception {
        int[] old = fds.pair();
        fds.duplicate(old[0]);
        loop.add(old[0], Events.READ, hear, "old");
        fds.close(old[0]);
        loop.del(old[0]);
        fds.close(old[1]);
        for (int i = 0; i < 3; i++) {
            loop.add(fds.pair()[0], Events.WRITE, hear, i);
        }
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(3);
        assertThat(heard).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(3);
    }
}
