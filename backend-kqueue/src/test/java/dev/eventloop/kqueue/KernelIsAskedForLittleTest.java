package dev.eventloop.kqueue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The poller makes no unnecessary change, call or wait. */
@Tag("fast")
final class KernelIsAskedForLittleTest extends KqueueCase {
    @Test
    void onlyTheFilterThatChangesIsChanged() throws Exception {
        EventLoop loop = newLoop(16);
        int fd = fds.pair()[0];
        loop.add(fd, Events.READ, this::hear, null);
        loop.mod(fd, Events.READ | Events.WRITE);
        loop.mod(fd, Events.READ | Events.WRITE);
        loop.mod(fd, Events.WRITE);
        loop.mod(fd, Events.WRITE);
        loop.mod(fd, Events.READ | Events.READ_HUP);
        loop.mod(fd, Events.READ);
        loop.del(fd);
        assertThat(kqueue.calls)
                .containsExactly(
                        "add READ",
                        "add WRITE",
                        "delete READ",
                        "delete WRITE, add READ",
                        "delete READ");
    }

    @Test
    void modifiersBeginAnewInOneCall() throws Exception {
        EventLoop loop = newLoop(16);
        int fd = fds.pair()[0];
        int both = Events.READ | Events.WRITE;
        loop.add(fd, both | Events.ONESHOT, this::hear, null);
        loop.mod(fd, both | Events.ONESHOT);
        loop.mod(fd, both);
        loop.mod(fd, Events.READ | Events.EDGE);
        assertThat(kqueue.calls)
                .containsExactly(
                        "add WRITE, add READ",
                        "delete WRITE, delete READ, add WRITE, add READ",
                        "delete WRITE, delete READ, add WRITE, add READ",
                        "delete WRITE, delete READ, add READ");
    }

    @Test
    void anFdThatIsClosedAtOnceIsForgottenWithoutACall() throws Exception {
        EventLoop loop = newLoop(16);
        int[] pair = fds.pair();
        loop.add(pair[0], Events.READ | Events.WRITE, this::hear, null);
        kqueue.calls.clear();
        loop.delBeforeClose(pair[0]);
        fds.close(pair[0]);
        assertThat(kqueue.calls).isEmpty();
        assertThat(loop.run(1)).isZero();
    }

    @Test
    void waitingIsOneCallThatChangesNothing() throws Exception {
        EventLoop loop = newLoop(16);
        loop.add(fds.pair()[0], Events.WRITE, this::hear, null);
        kqueue.calls.clear();
        long before = kqueue.kernel.waits();
        for (int i = 0; i < 5; i++) {
            assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        }
        assertThat(kqueue.kernel.waits() - before).isEqualTo(5);
        assertThat(kqueue.calls).isEmpty();
    }

    @Test
    void aWakeupEndsOneWaitAndNoOther() throws Exception {
        KqueuePoller poller = kqueue.newPoller(16);
        for (int round = 0; round < 2; round++) {
            poller.wakeup();
            assertThat(poller.poll(-1)).isZero(); // throws if the wake-up does not end it
            long before = kqueue.kernel.nanoTime();
            assertThat(poller.poll(1_000_000)).isZero();
            assertThat(kqueue.kernel.nanoTime() - before).isEqualTo(1_000_000);
            poller.reset(); // the second round tests the new kqueue
        }
        poller.close();
    }

    @Test
    void aWaitOfYearsIsCutIntoSomeThatEveryKernelTakes() throws Exception {
        EventLoop loop = newLoop(16);
        Duration decade = Duration.ofDays(3650);
        loop.newTimer(() -> heard.add(0)).start(decade);
        while (heard.isEmpty()) {
            assertThat(loop.run(-1)).isZero();
        }
        assertThat(kqueue.kernel.nanoTime()).isGreaterThanOrEqualTo(decade.toNanos());
        assertThat(kqueue.kernel.waits()).isLessThan(1_000);
    }

    /** Level-triggered, unread bytes would end every wait at once. */
    @Test
    void unreadBytesEndOneWaitOfWhoAsksForReadHupAlone() throws Exception {
        EventLoop loop = newLoop(16);
        int[] pair = fds.pair();
        fds.fill(pair[0]);
        loop.add(pair[0], Events.WRITE | Events.READ_HUP, this::hear, null);
        fds.send(pair[1], "unread");
        long before = kqueue.kernel.waits();
        assertThat(loop.run(20)).isZero();
        assertThat(kqueue.kernel.waits() - before).isLessThanOrEqualTo(2);
        assertThat(heard).isEmpty();
    }

    @Test
    void aFiredOneshotEndsOneMoreWaitAtMost() throws Exception {
        EventLoop loop = newLoop(16);
        int[] pair = fds.pair();
        loop.add(pair[0], Events.READ | Events.WRITE | Events.ONESHOT, this::hear, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        fds.send(pair[1], "x");
        long before = kqueue.kernel.waits();
        assertThat(loop.run(20)).isZero();
        assertThat(kqueue.kernel.waits() - before).isLessThanOrEqualTo(2);
        assertThat(heard).containsExactly(Events.WRITE);
    }
}
