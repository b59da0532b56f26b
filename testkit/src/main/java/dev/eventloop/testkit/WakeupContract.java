package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import java.io.IOException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Wake-ups, from the own thread and from others. */
abstract class WakeupContract extends ContractCase {
    @Test
    void aWakeupBeforeRunEndsItAndManyAreOne() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            loop.wakeup();
        }
        assertThat(loop.run(-1)).isZero();
        assertSilent();
    }

    @Test
    void aWakeupInsideARunEndsTheNext() throws Exception {
        loop.execute(loop::wakeup);
        assertThat(loop.run(-1)).isZero();
        assertThat(loop.run(-1)).isZero();
        assertSilent();
    }

    @Test
    void wakeupsFromOtherThreadsAreNeverLost() throws Exception {
        CyclicBarrier round = new CyclicBarrier(2);
        Future<?> waking =
                elsewhere(
                        () -> {
                            for (int i = 0; i < ThreadContract.ROUNDS; i++) {
                                round.await();
                                ThreadContract.spin(i);
                                loop.wakeup();
                            }
                            return null;
                        });
        for (int i = 0; i < ThreadContract.ROUNDS; i++) {
            round.await();
            assertThat(loop.run(-1)).isZero();
        }
        get(waking);
        assertIdle(); // and no wake-up is left
    }

    @Test
    void aWakeupSaysNothingOfADeletedFd() throws Exception {
        int listener = fds.listener();
        loop.add(listener, Events.READ, recorder, null);
        fds.connect(listener);
        loop.del(listener);
        loop.wakeup();
        assertThat(loop.run(-1)).isZero();
        assertThat(recorder.count()).isZero();
        assertSilent();
    }

    @Test
    void aWakeupTogetherWithAnEventLosesNeither() throws Exception {
        int[] pair = fds.pair();
        loop.add(pair[0], Events.READ, recorder, null);
        for (int i = 1; i <= 100; i++) {
            fds.send(pair[1], "x");
            Future<?> waking =
                    elsewhere(
                            () -> {
                                loop.wakeup();
                                return null;
                            });
            int events = i;
            runUntil(() -> recorder.count() >= events);
            fds.receive(pair[0]);
            get(waking);
        }
        loop.run(0); // the last wake-up may be pending
        assertSilent();
    }

    /** The loop must not confuse its wake-up with an fd of the caller. */
    @Test
    void aWakeupIsNeverTakenForAnEventOfAnFd() throws Exception {
        for (int i = 0; i < 100; i++) {
            loop.add(fds.pair()[0], Events.READ, recorder, null);
        }
        for (int i = 0; i < 100; i++) {
            loop.wakeup();
            assertThat(loop.run(-1)).isZero();
        }
        assertThat(recorder.count()).isZero();
        assertIdle();
    }

    /** By a mistake in a program that closes a number twice. */
    @Test
    void aWakeupFdThatOtherCodeHasClosedIsAnErrorAndNoSpin() throws Exception {
        assumeTrue(machine != Machine.real(), "only here the numbers of a loop's fds are known");
        int first = machine.dup(fds.pair()[0]);
        sockets.close(first);
        int before = machine.openFiles();
        open(defaults).close();
        open(defaults);
        int count = machine.openFiles() - before;
        assertThat(count).isPositive();
        for (int number = first + count; number < first + 2 * count; number++) {
            EventLoop each = open(defaults);
            sockets.close(number);
            AtomicBoolean over = new AtomicBoolean();
            Future<Throwable> running = elsewhere(() -> catchThrowable(() -> run(each, over)));
            Throwable told = null;
            while (told == null && !running.isDone()) {
                told = catchThrowable(each::wakeup);
            }
            over.set(true);
            Throwable thrown = get(running);
            assertThat(told != null ? told : thrown)
                    .as("fd %d", number)
                    .hasMessageMatching(".*(EBADF|EPIPE).*");
            each.close();
        }
    }

    /** Until told to end, since only a loop that waits is woken by a system call. */
    private static void run(EventLoop target, AtomicBoolean over) throws IOException {
        while (!over.get()) {
            target.run(30);
        }
    }
}
