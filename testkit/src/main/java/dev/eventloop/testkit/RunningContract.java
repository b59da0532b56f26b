package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventCallback;
import dev.eventloop.Events;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The duration, result and end of a run. */
abstract class RunningContract extends ContractCase {
    @Test
    void runZeroPollsOnce() throws Exception {
        assertThat(loop.run(0)).isZero();
        for (int i = 0; i < 3; i++) {
            loop.add(fds.pair()[0], Events.WRITE, recorder, null);
        }
        assertThat(loop.run(0)).isEqualTo(3);
        assertThat(loop.run(0)).isEqualTo(3);
    }

    @Test
    void aTimeoutIsNeverEarly() throws Exception {
        loop.add(fds.pair()[0], Events.READ, recorder, null);
        for (int millis : new int[] {1, 2, 3, 5, 10, 31, 1, 1}) {
            long start = machine.nanoTime();
            int called = loop.run(millis);
            assertThat(machine.nanoTime() - start).isGreaterThanOrEqualTo(millis * 1_000_000L);
            assertThat(called).isZero();
        }
    }

    @Test
    void anEmptyLoopWaitsTooAndReturnsZero() throws Exception {
        assertIdle();
        assertThat(loop.size()).isZero();
    }

    @Test
    void runMinusOneWaitsForAnEvent() throws Exception {
        int[] pair = fds.pair();
        loop.add(pair[0], Events.READ, recorder, null);
        ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
        try {
            Future<?> sent =
                    later.schedule(() -> fds.send(pair[1], "x"), 30, TimeUnit.MILLISECONDS);
            assertThat(loop.run(-1)).isEqualTo(1); // 0 if the run returned early
            get(sent);
        } finally {
            later.shutdown();
        }
        assertThat(recorder.fds()).containsExactly(pair[0]);
    }

    @Test
    void anEventEndsAWaitOfAnyLength() throws Exception {
        int[] pair = fds.pair();
        loop.add(pair[0], Events.READ, recorder, null);
        fds.send(pair[1], "x");
        for (int millis : new int[] {-1, 0, 1, 1_000, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThat(loop.run(millis)).isEqualTo(1);
        }
    }

    @Test
    void onlyFdCallbacksAreCounted() throws Exception {
        List<String> done = new ArrayList<>();
        loop.newTimer(() -> done.add("timer")).start(Duration.ZERO);
        loop.execute(() -> done.add("task"));
        loop.add(fds.pair()[0], Events.WRITE, recorder, null);
        // Where the thread was held up before, the timer is late, and the loop looks at fds again.
        assertThat(loop.run(LONG_MILLIS)).isPositive().isEqualTo(recorder.count());
        assertThat(done).containsExactlyInAnyOrder("timer", "task");
    }

    @Test
    void runInsideACallbackIsRefused() throws Exception {
        List<String> refused = new ArrayList<>();
        EventCallback<Object> callback = (fd, events, attachment) -> runNested("fd", refused);
        loop.add(fds.pair()[0], Events.WRITE, callback, null);
        loop.execute(() -> runNested("task", refused));
        loop.newTimer(() -> runNested("timer", refused)).start(Duration.ZERO);
        loop.run(LONG_MILLIS);
        // Where the thread was held up before, the timer is late, and the loop looks at fds again.
        assertThat(Set.copyOf(refused))
                .containsExactlyInAnyOrder(
                        "run in fd",
                        "runUntilStopped in fd",
                        "run in task",
                        "runUntilStopped in task",
                        "run in timer",
                        "runUntilStopped in timer");
        assertThat(loop.run(LONG_MILLIS)).as("the loop still works").isEqualTo(1);
    }

    private void runNested(String callback, List<String> refused) {
        try {
            loop.run(0);
        } catch (IOException | IllegalStateException e) {
            refused.add("run in " + callback);
        }
        try {
            loop.runUntilStopped();
        } catch (IOException | IllegalStateException e) {
            refused.add("runUntilStopped in " + callback);
        }
    }

    @Test
    void stopBeforeRunLetsItReturnAndDoesNotStick() throws Exception {
        loop.stop();
        assertThat(loop.run(-1)).isZero();
        assertSilent();
        loop.stop();
        loop.runUntilStopped();
        assertSilent();
    }

    @Test
    void manyStopsAreOne() throws Exception {
        loop.stop();
        loop.stop();
        loop.stop();
        loop.runUntilStopped();
        assertSilent();
    }

    @Test
    void stopInACallbackEndsRunUntilStopped() throws Exception {
        int[] pair = fds.pair();
        fds.send(pair[1], "x");
        EventCallback<Object> stopping =
                (fd, events, attachment) -> {
                    recorder.onEvent(fd, events, attachment);
                    if (recorder.count() == 5) {
                        loop.stop();
                    }
                };
        loop.add(pair[0], Events.READ, stopping, null);
        loop.runUntilStopped();
        assertThat(recorder.count()).isEqualTo(5);
        fds.receive(pair[0]);
        assertSilent();
    }

    @Test
    void stopInATimerAndInATaskEndRunUntilStopped() throws Exception {
        loop.newTimer(loop::stop).start(Duration.ofMillis(2));
        loop.runUntilStopped();
        loop.execute(loop::stop);
        loop.runUntilStopped();
        loop.newTimer(() -> loop.execute(loop::stop)).start(Duration.ofMillis(2));
        loop.runUntilStopped();
        assertSilent();
    }

    @Test
    void stopInACallbackDoesNotStickToTheNextRun() throws Exception {
        int[] pair = fds.pair();
        fds.send(pair[1], "x");
        EventCallback<Object> stopping = (fd, events, attachment) -> loop.stop();
        loop.add(pair[0], Events.READ, stopping, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        fds.receive(pair[0]);
        assertSilent();
    }

    @Test
    void whatIsReadyIsHeardDespiteStop() throws Exception {
        loop.add(fds.pair()[0], Events.WRITE, recorder, null);
        loop.stop();
        loop.run(-1);
        loop.run(LONG_MILLIS);
        assertThat(recorder.count()).isPositive();
    }

    @Test
    void inEventLoopIsTrueInsideCallbacksOnly() throws Exception {
        List<Boolean> inside = new ArrayList<>();
        EventCallback<Object> asking =
                (fd, events, attachment) -> {
                    inside.add(loop.inEventLoop());
                    inside.add(CompletableFuture.supplyAsync(loop::inEventLoop).join());
                };
        assertThat(loop.inEventLoop()).isFalse();
        loop.add(fds.pair()[0], Events.WRITE, asking, null);
        loop.run(LONG_MILLIS);
        assertThat(inside).containsExactly(true, false);
        assertThat(loop.inEventLoop()).isFalse();
    }

    @Test
    void aTaskMayPostTasksWithoutStarvingFds() throws Exception {
        Runnable[] endless = new Runnable[1];
        endless[0] = () -> loop.execute(endless[0]);
        loop.execute(endless[0]);
        loop.add(fds.pair()[0], Events.WRITE, recorder, null);
        runUntil(() -> recorder.count() == 3);
        assertThat(recorder.count()).isEqualTo(3);
    }

    @Test
    void aLoopMayBeSetUpInOneThreadAndRunInAnother() throws Exception {
        loop.add(fds.pair()[0], Events.WRITE, recorder, null);
        assertThat(get(elsewhere(() -> loop.run(LONG_MILLIS)))).isEqualTo(1);
        loop.mod(recorder.fds().get(0), Events.READ);
        assertThat(get(elsewhere(() -> loop.run(0)))).isZero();
        assertThat(loop.run(0)).isZero();
    }

    @Test
    void aWaitTakesNoProcessorTimeWhateverIsWatched() throws Exception {
        int[] full = fds.pair();
        fds.fill(full[0]);
        int[] ended = fds.pair();
        fds.close(ended[1]);
        loop.add(fds.pair()[0], Events.READ, recorder, null);
        loop.add(fds.listener(), Events.READ, recorder, null);
        loop.add(full[0], Events.WRITE, recorder, null);
        loop.add(ended[0], 0, recorder, null);
        loop.newTimer(() -> {}).start(Duration.ofHours(1));
        assertIdle();
    }
}
