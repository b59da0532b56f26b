package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.Capability;
import dev.eventloop.EventCallback;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Creating and closing loops. */
abstract class LifeCycleContract extends ContractCase {
    @Test
    void aLoopTellsItsBackendAndWhatThatCanDo() {
        assertThat(loop.backendName()).isNotBlank();
        assertThat(loop.capabilities()).isSubsetOf(Capability.values());
        assertThatThrownBy(() -> loop.capabilities().clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void everyCallAfterCloseSaysThatTheLoopIsClosed() throws Exception {
        int[] pair = fds.pair();
        loop.add(pair[0], Events.READ, recorder, null);
        Timer timer = loop.newTimer(() -> {});
        loop.close();
        List<ThrowingCallable> calls =
                List.of(
                        () -> loop.add(pair[1], Events.READ, recorder, null),
                        () -> loop.mod(pair[0], Events.READ),
                        () -> loop.del(pair[0]),
                        () -> loop.run(0),
                        () -> loop.run(-1),
                        loop::runUntilStopped,
                        loop::nanosToWait,
                        loop::fd,
                        loop::stop,
                        loop::wakeup,
                        () -> loop.execute(() -> {}),
                        () -> loop.newTimer(() -> {}),
                        loop::backendName,
                        loop::capabilities,
                        loop::size,
                        loop::inEventLoop,
                        () -> timer.start(Duration.ZERO),
                        () -> timer.startPeriodic(Duration.ofMillis(1)),
                        timer::cancel);
        for (ThrowingCallable call : calls) {
            assertThatIllegalStateException().isThrownBy(call).withMessage("event loop is closed");
        }
    }

    @Test
    void aSecondCloseDoesNothing() {
        loop.close();
        assertThatCode(loop::close).doesNotThrowAnyException();
    }

    @Test
    void closeClosesNoFdOfTheCallers() throws Exception {
        int[] pair = fds.pair();
        loop.add(pair[0], Events.READ, recorder, null);
        loop.add(pair[1], 0, recorder, null);
        loop.close();
        fds.send(pair[0], "still open");
        assertThat(fds.receive(pair[1])).isEqualTo("still open");
    }

    @Test
    void aCallbackMayCloseItsLoop() throws Exception {
        EventCallback<Object> closing =
                (fd, events, attachment) -> {
                    recorder.onEvent(fd, events, attachment);
                    loop.close();
                    assertThatIllegalStateException().isThrownBy(() -> loop.execute(() -> {}));
                };
        for (int i = 0; i < 3; i++) {
            loop.add(fds.pair()[0], Events.WRITE, closing, null);
        }
        loop.newTimer(() -> recorder.onEvent(-1, 0, "timer")).start(Duration.ZERO);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.count()).as("number of callbacks after close").isEqualTo(1);
        assertThatIllegalStateException().isThrownBy(() -> loop.run(0));
    }

    @Test
    void aTimerAndATaskMayCloseTheirLoop() throws Exception {
        EventLoop other = open(defaults);
        loop.newTimer(loop::close).start(Duration.ZERO);
        loop.newTimer(() -> recorder.onEvent(-1, 0, "timer")).start(Duration.ofNanos(1));
        other.execute(other::close);
        for (EventLoop each : List.of(loop, other)) {
            each.run(LONG_MILLIS);
            assertThatIllegalStateException().isThrownBy(() -> each.run(0));
        }
        assertThat(recorder.count()).isZero();
    }

    @Test
    void closeInACallbackEndsRunUntilStopped() throws Exception {
        loop.execute(loop::close);
        Future<?> running = elsewhere(this::runUntilStopped);
        get(running);
        assertThatIllegalStateException().isThrownBy(loop::runUntilStopped);
    }

    @Test
    void closeFromAnotherThreadEndsTheRun() throws Exception {
        for (int round = 0; round < 300; round++) {
            EventLoop each = open(defaults);
            CountDownLatch inside = new CountDownLatch(1);
            each.execute(inside::countDown);
            Future<?> running =
                    elsewhere(
                            () -> {
                                each.run(-1);
                                return each.run(-1); // closed before the wait or during it
                            });
            assertThat(inside.await(LONG_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
            each.close();
            try {
                assertThat(get(running)).isEqualTo(0);
            } catch (ExecutionException e) {
                assertThat(e.getCause())
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("event loop is closed");
            }
        }
    }

    @Test
    void closeFromAnotherThreadEndsRunUntilStopped() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        loop.execute(inside::countDown);
        Future<?> running = elsewhere(this::runUntilStopped);
        assertThat(inside.await(LONG_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
        loop.close();
        get(running);
        assertThatIllegalStateException().isThrownBy(() -> loop.run(0));
    }

    @Test
    void manyThreadsMayCloseAndWakeALoopAtOnce() throws Exception {
        int open = machine.openFiles();
        for (int round = 0; round < 300; round++) {
            EventLoop each = open(defaults);
            CyclicBarrier together = new CyclicBarrier(3);
            Future<?> closing = elsewhere(() -> meetAndDo(together, each::close));
            Future<?> waking = elsewhere(() -> meetAndDo(together, each::wakeup));
            together.await();
            each.close();
            get(closing);
            get(waking);
        }
        assertThat(machine.openFiles()).isLessThan(open + 100);
    }

    /** Runs the action on a loop that another thread may close. */
    private static Object meetAndDo(CyclicBarrier together, Runnable action) throws Exception {
        together.await();
        try {
            action.run();
        } catch (IllegalStateException e) {
            assertThat(e).hasMessage("event loop is closed");
        }
        return "done";
    }

    @Test
    void twoThousandLoopsLeakNoFd() throws Exception {
        int[] pair = fds.pair();
        useLoops(pair, 10); // classes loaded on first use may open files
        int before = machine.openFiles();
        useLoops(pair, 2_000);
        assertThat(machine.openFiles()).isLessThan(before + 20);
    }

    private void useLoops(int[] pair, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            try (EventLoop each = contract().newLoop(defaults)) {
                each.add(pair[0], Events.READ | Events.WRITE, recorder, null);
                each.newTimer(() -> {}).start(Duration.ofHours(1));
                each.wakeup();
                assertThat(each.run(0)).isEqualTo(1);
            }
        }
    }

    @Test
    void aClosedLoopsFdsCanBeWatchedByAnother() throws Exception {
        int[] pair = fds.pair();
        loop.add(pair[0], Events.READ | Events.WRITE, recorder, "old");
        loop.close();
        loop = open(defaults);
        loop.add(pair[0], Events.WRITE, recorder, "new");
        loop.run(LONG_MILLIS);
        assertThat(recorder.calls()).containsExactly(new Recorder.Call(pair[0], 2, "new"));
    }

    private Object runUntilStopped() throws Exception {
        loop.runUntilStopped();
        return "stopped";
    }

    @Test
    void aLoopClosedWithEventsPendingCallsNobodyAndFreesWhatItHeld() throws Exception {
        for (int i = 0; i < 10; i++) {
            loop.add(readable(), Events.READ | Events.WRITE, recorder, null);
        }
        int before = machine.openFiles();
        EventLoop each = open(defaults);
        each.add(readable(), Events.READ, recorder, null);
        int held = machine.openFiles();
        each.close();
        assertThat(machine.openFiles()).isLessThan(held);
        assertThat(held).isGreaterThan(before);
        loop.close();
        assertThat(recorder.count()).isZero();
    }
}
