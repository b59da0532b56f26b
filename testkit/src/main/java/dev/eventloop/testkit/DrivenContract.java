package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.Capability;
import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.Timer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** A loop that waits for another one, by its fd and its nanosToWait. */
abstract class DrivenContract extends ContractCase {
    private final List<String> done = new ArrayList<>();

    /** Waits in place of the other loop. */
    private EventLoop outer;

    private Timer timer;

    private void drive() throws ErrnoException {
        assumeCapability(Capability.FD);
        outer = open(defaults);
        outer.add(loop.fd(), Events.READ, (fd, events, none) -> loop.run(0), null);
        timer = outer.newTimer(() -> {});
    }

    /** One wait of the outer loop. */
    private void turn() throws IOException {
        long nanos = loop.nanosToWait();
        if (nanos >= 0) {
            timer.start(Duration.ofNanos(nanos));
        } else {
            timer.cancel();
        }
        outer.run(LONG_MILLIS);
        loop.run(0);
    }

    private void turnUntil(BooleanSupplier happened) throws IOException {
        long start = machine.nanoTime();
        while (!happened.getAsBoolean()) {
            assertThat(machine.nanoTime() - start).isLessThan(LONG_MILLIS * 1_000_000L / 2);
            turn();
        }
    }

    @Test
    void itIsToldOfReadyFds() throws Exception {
        drive();
        int[] pair = fds.pair();
        loop.add(pair[0], Events.READ, recorder, null);
        for (int i = 0; i < 3; i++) {
            assertThat(recorder.count()).isZero();
            fds.send(pair[1], "x");
            turnUntil(() -> recorder.count() > 0);
            fds.receive(pair[0]);
            assertThat(loop.run(0)).isZero();
            recorder.forget();
            while (outer.run(0) > 0) {} // kqueue may report the bytes that were just read
        }
    }

    @Test
    void itIsToldOfTimers() throws Exception {
        drive();
        long start = machine.nanoTime();
        loop.newTimer(() -> done.add("timer")).start(Duration.ofMillis(20));
        turnUntil(() -> !done.isEmpty());
        assertThat(machine.nanoTime() - start).isGreaterThanOrEqualTo(20_000_000L);
    }

    @Test
    void itIsToldOfTasksOfOtherThreads() throws Exception {
        drive();
        for (int i = 1; i <= 200; i++) {
            int tasks = i;
            Future<?> posting = elsewhere(() -> post(loop));
            turnUntil(() -> done.size() >= tasks); // takes LONG_MILLIS if a task is not told of
            get(posting);
        }
    }

    private Object post(EventLoop target) {
        target.execute(() -> done.add("task"));
        return null;
    }

    @Test
    void itIsToldOfWakeupsAndStops() throws Exception {
        drive();
        long[] waits = new long[1];
        for (int i = 0; i < 20; i++) {
            assertThat(loop.nanosToWait()).isEqualTo(-1);
            Future<?> waking = elsewhere(i % 2 == 0 ? this::wakeUp : this::stop);
            waits[0] = machine.nanoTime();
            outer.run(LONG_MILLIS);
            assertThat(machine.nanoTime() - waits[0]).isLessThan(LONG_MILLIS * 1_000_000L / 2);
            get(waking);
            loop.run(0);
            while (outer.run(0) > 0) {} // the wake-up may have come after that
        }
    }

    private Object wakeUp() {
        loop.wakeup();
        return null;
    }

    private Object stop() {
        loop.stop();
        return null;
    }

    @Test
    void whatIsPendingAlreadyNeedsNoWait() throws Exception {
        drive();
        loop.execute(() -> done.add("task"));
        assertThat(loop.nanosToWait()).isZero();
        loop.run(0);
        loop.wakeup();
        assertThat(loop.nanosToWait()).isZero();
        loop.run(0);
        assertThat(loop.nanosToWait()).isEqualTo(-1);
        assertThat(done).containsExactly("task");
    }

    @Test
    void theLoopCanStillWaitByItself() throws Exception {
        drive();
        assertThat(loop.nanosToWait()).isEqualTo(-1);
        assertSilent();
        Future<?> posting = elsewhere(() -> post(loop));
        while (done.isEmpty()) {
            loop.run(-1);
        }
        get(posting);
        assertSilent();
    }

    /** A backend may have to replace its kernel object; see the topic Abandoned. */
    @Test
    void theFdIsTheSameAfterAFileThatCannotBeDeleted() throws Exception {
        drive();
        int fd = loop.fd();
        int[] old = fds.pair();
        int moved = fds.moveUp(old[0]);
        fds.duplicate(moved);
        loop.add(moved, Events.READ, recorder, "old");
        fds.close(moved);
        loop.del(moved);
        fds.send(old[1], "x");
        loop.run(0);
        loop.run(0);
        assertThat(loop.fd()).isEqualTo(fd);
        int[] pair = fds.pair();
        loop.add(pair[0], Events.READ, recorder, "new");
        while (outer.run(0) > 0) {}
        fds.send(pair[1], "x");
        turnUntil(() -> recorder.count() > 0);
        assertThat(recorder.calls().get(0).attachment()).isEqualTo("new");
    }

    @Test
    void closeClosesItsFd() throws Exception {
        assumeCapability(Capability.FD);
        int before = machine.openFiles();
        EventLoop each = open(defaults);
        assertThat(each.fd()).isNotNegative().isEqualTo(each.fd());
        each.close();
        assertThat(machine.openFiles()).isLessThan(before + 1);
    }

    @Test
    void aBackendWithoutOneSaysSo() {
        if (!loop.capabilities().contains(Capability.FD)) {
            assertThatThrownBy(loop::fd)
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessage(
                            "the %s backend has no fd to wait for; use epoll or kqueue, or call"
                                    + " run(0) and nanosToWait at intervals",
                            loop.backendName());
        }
    }
}
