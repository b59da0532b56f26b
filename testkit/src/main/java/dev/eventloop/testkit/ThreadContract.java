package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.Timer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Calls from other threads that the loop permits and refuses. */
abstract class ThreadContract extends ContractCase {
    static final int ROUNDS = 2_000;

    /**
     * Runs the loop on another thread until it is stopped; returns once that thread is inside run.
     */
    private Future<?> runElsewhere() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        loop.execute(inside::countDown);
        Future<?> running =
                elsewhere(
                        () -> {
                            Thread.currentThread().setName("the-owner");
                            loop.runUntilStopped();
                            return null;
                        });
        assertThat(inside.await(LONG_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
        return running;
    }

    @Test
    void whileOneThreadIsInsideRunOthersAreRefused() throws Exception {
        int[] pair = fds.pair();
        loop.add(pair[0], Events.READ, recorder, null);
        Timer timer = loop.newTimer(() -> {});
        Future<?> running = runElsewhere();
        Thread.currentThread().setName("the-intruder");
        List<ThrowingCallable> refused =
                List.of(
                        () -> loop.add(pair[1], Events.READ, recorder, null),
                        () -> loop.mod(pair[0], Events.WRITE),
                        () -> loop.del(pair[0]),
                        () -> loop.run(0),
                        loop::runUntilStopped,
                        () -> loop.newTimer(() -> {}),
                        () -> timer.start(Duration.ZERO),
                        () -> timer.startPeriodic(Duration.ofMillis(1)),
                        timer::cancel);
        for (ThrowingCallable call : refused) {
            assertThatThrownBy(call)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("the-owner")
                    .hasMessageContaining("the-intruder");
        }
        loop.stop();
        get(running);
        assertThat(loop.size()).isEqualTo(1);
        assertThat(timer.isActive()).isFalse();
        loop.mod(pair[0], Events.WRITE); // permitted again
        assertThat(loop.run(0)).isEqualTo(1);
    }

    @Test
    void stopsFromOtherThreadsAreNeverLost() throws Exception {
        CyclicBarrier round = new CyclicBarrier(2);
        Future<?> stopping =
                elsewhere(
                        () -> {
                            for (int i = 0; i < ROUNDS; i++) {
                                round.await();
                                spin(i);
                                loop.stop();
                            }
                            return null;
                        });
        for (int i = 0; i < ROUNDS; i++) {
            round.await();
            loop.runUntilStopped();
        }
        get(stopping);
        assertSilent();
    }

    @Test
    void everyTaskFromEveryThreadRunsOnceAndInItsThreadsOrder() throws Exception {
        int threadCount = 4;
        int tasks = 5_000;
        List<List<Integer>> ran = new ArrayList<>();
        AtomicInteger total = new AtomicInteger();
        List<Future<?>> posting = new ArrayList<>();
        for (int t = 0; t < threadCount; t++) {
            List<Integer> mine = new ArrayList<>();
            ran.add(mine);
            posting.add(
                    elsewhere(
                            () -> {
                                for (int i = 0; i < tasks; i++) {
                                    int number = i;
                                    loop.execute(
                                            () -> {
                                                assertThat(loop.inEventLoop()).isTrue();
                                                mine.add(number);
                                                total.incrementAndGet();
                                            });
                                }
                                return null;
                            }));
        }
        while (total.get() < threadCount * tasks) {
            loop.run(-1); // hangs if a task's wake-up is lost
        }
        for (Future<?> each : posting) {
            get(each);
        }
        for (List<Integer> mine : ran) {
            assertThat(mine).hasSize(tasks).isSorted().doesNotHaveDuplicates();
        }
        assertSilent();
    }

    @Test
    void aTaskEndsAWaitForEverEachTime() throws Exception {
        AtomicInteger done = new AtomicInteger();
        Future<?> running = runElsewhere();
        for (int i = 1; i <= ROUNDS; i++) {
            CountDownLatch latch = new CountDownLatch(1);
            loop.execute(
                    () -> {
                        done.incrementAndGet();
                        latch.countDown();
                    });
            assertThat(latch.await(LONG_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
        }
        loop.stop();
        get(running);
        assertThat(done).hasValue(ROUNDS);
    }

    @Test
    void anFdAddedByATaskDuringAWaitIsHeard() throws Exception {
        int[] pair = fds.pair();
        fds.send(pair[1], "x");
        CountDownLatch heard = new CountDownLatch(1);
        Future<?> running = runElsewhere();
        loop.execute(
                () -> {
                    try {
                        loop.add(
                                pair[0],
                                Events.READ,
                                (int fd, int events, Object attachment) -> {
                                    loop.del(fd);
                                    heard.countDown();
                                },
                                null);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
        assertThat(heard.await(LONG_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
        loop.stop();
        get(running);
    }

    @Test
    void aTimerStartedByATaskDuringAWaitFires() throws Exception {
        CountDownLatch fired = new CountDownLatch(1);
        Timer timer = loop.newTimer(fired::countDown);
        Future<?> running = runElsewhere();
        loop.execute(() -> timer.start(Duration.ofMillis(1)));
        assertThat(fired.await(LONG_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
        loop.stop();
        get(running);
    }

    @Test
    void twoLoopsWakeEachOther() throws Exception {
        EventLoop other = open(defaults);
        AtomicInteger hops = new AtomicInteger();
        Runnable[] hop = new Runnable[2];
        Runnable last =
                () -> {
                    loop.stop();
                    other.stop();
                };
        hop[0] = () -> other.execute(hops.incrementAndGet() < ROUNDS ? hop[1] : last);
        hop[1] = () -> loop.execute(hops.incrementAndGet() < ROUNDS ? hop[0] : last);
        Future<?> running =
                elsewhere(
                        () -> {
                            other.runUntilStopped();
                            return null;
                        });
        loop.execute(hop[0]);
        loop.runUntilStopped();
        get(running);
        assertThat(hops).hasValue(ROUNDS);
    }

    @Test
    void anInterruptedThreadWaitsOnAndKeepsItsFlag() throws Exception {
        boolean flag =
                get(
                        elsewhere(
                                () -> {
                                    Thread.currentThread().interrupt();
                                    assertSilent();
                                    return Thread.interrupted();
                                }));
        assertThat(flag).isTrue();
    }

    /** A pause of varying length, so that calls come in every state of the loop. */
    static void spin(int round) {
        for (int i = 0; i < round % 64 * 50; i++) {
            Thread.onSpinWait();
        }
    }

    @Test
    void anInterestChangedByATaskDuringAWaitHolds() throws Exception {
        int fd = readable();
        CountDownLatch heard = new CountDownLatch(1);
        loop.add(
                fd,
                0,
                (int ready, int events, Object attachment) -> {
                    loop.mod(ready, 0);
                    heard.countDown();
                },
                null);
        Future<?> running = runElsewhere();
        loop.execute(
                () -> {
                    try {
                        loop.mod(fd, Events.READ);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
        assertThat(heard.await(LONG_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
        loop.stop();
        get(running);
    }

    @Test
    void aVirtualThreadMayRunALoop() throws Exception {
        assumeTrue(Runtime.version().feature() >= 21, "virtual threads need JDK 21");
        CountDownLatch done = new CountDownLatch(2);
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        Runnable running =
                () -> {
                    try {
                        loop.runUntilStopped();
                    } catch (Throwable e) {
                        failures.add(e);
                    }
                    done.countDown();
                };
        loop.newTimer(done::countDown).start(Duration.ofMillis(1));
        Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, running);
        while (done.getCount() == 2) {
            Thread.onSpinWait();
        }
        loop.execute(loop::stop);
        assertThat(done.await(LONG_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
        assertThat(failures).isEmpty();
    }
}
