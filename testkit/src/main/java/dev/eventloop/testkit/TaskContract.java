package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A task that execute has accepted runs exactly once, also if the loop is closed. */
abstract class TaskContract extends ContractCase {
    private final List<String> done = new ArrayList<>();

    @Test
    void closeRunsTheTasksThatAreLeftInTheirOrder() {
        for (String name : List.of("a", "b", "c")) {
            loop.execute(() -> done.add(name));
        }
        loop.close();
        assertThat(done).containsExactly("a", "b", "c");
    }

    @Test
    void suchATaskFindsTheLoopClosed() {
        List<Throwable> refused = new ArrayList<>();
        loop.execute(() -> refused.add(catchThrowable(() -> loop.execute(() -> done.add("late")))));
        loop.execute(() -> refused.add(catchThrowable(() -> loop.run(0))));
        loop.execute(loop::close);
        loop.close();
        assertThat(refused)
                .hasSize(2)
                .allMatch(e -> e instanceof IllegalStateException)
                .allMatch(e -> e.getMessage().equals("event loop is closed"));
        assertThat(done).isEmpty();
    }

    @Test
    void aTaskThatPostsItselfForEverDoesNotKeepTheLoopFromClosing() {
        Runnable[] endless = new Runnable[1];
        endless[0] =
                () -> {
                    done.add("task");
                    loop.execute(endless[0]);
                };
        loop.execute(endless[0]);
        loop.close();
        assertThat(done).containsExactly("task");
    }

    @Test
    void aLoopClosedByACallbackRunsItsTasksAndNoTimer() throws Exception {
        loop.newTimer(() -> done.add("timer")).start(Duration.ZERO);
        loop.execute(() -> done.add("task"));
        loop.add(readable(), Events.READ, (fd, events, none) -> loop.close(), null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(done).containsExactly("task");
    }

    @Test
    void aLoopClosedByATaskRunsTheOthers() throws Exception {
        loop.execute(() -> done.add("before"));
        loop.execute(loop::close);
        loop.execute(() -> done.add("after"));
        loop.runUntilStopped();
        assertThat(done).containsExactly("before", "after");
    }

    @Test
    void whatSuchTasksThrowComesOutOfCloseOnceAllHaveRun() {
        IllegalArgumentException first = new IllegalArgumentException("first");
        IllegalArgumentException second = new IllegalArgumentException("second");
        loop.execute(() -> done.add("before"));
        loop.execute(() -> fail(first));
        loop.execute(() -> fail(second));
        loop.execute(() -> done.add("after"));
        int open = machine.openFiles();
        assertThat(catchThrowable(loop::close)).isSameAs(first).hasSuppressedException(second);
        assertThat(done).containsExactly("before", "after");
        assertThat(machine.openFiles()).isLessThan(open);
    }

    @Test
    void orOutOfTheRunThatFreesTheLoop() throws Exception {
        IOException boom = new IOException("boom");
        IllegalArgumentException first = new IllegalArgumentException("first");
        loop.add(readable(), Events.READ, (fd, events, none) -> closeAndThrow(boom), null);
        loop.execute(() -> fail(first));
        assertThat(catchThrowable(() -> loop.run(LONG_MILLIS)))
                .isSameAs(boom)
                .hasSuppressedException(first);
    }

    private void closeAndThrow(IOException thrown) throws IOException {
        loop.close();
        throw thrown;
    }

    @Test
    void anErrorHandlerIsToldInstead() {
        List<Throwable> handled = new ArrayList<>();
        EventLoop handling = open(defaults.errorHandler(handled::add));
        handling.execute(() -> fail(new IllegalArgumentException("first")));
        handling.close();
        assertThat(handled).extracting(Throwable::getMessage).containsExactly("first");
    }

    private static void fail(RuntimeException thrown) {
        throw thrown;
    }

    @Test
    void whileTheLoopIsClosedEachTaskIsRunOrRefused() throws Exception {
        for (int round = 0; round < 50; round++) {
            EventLoop each = open(defaults);
            AtomicInteger accepted = new AtomicInteger();
            AtomicInteger ran = new AtomicInteger();
            CyclicBarrier together = new CyclicBarrier(4);
            List<Future<?>> posting = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                posting.add(elsewhere(() -> post(each, together, accepted, ran)));
            }
            Future<?> running = elsewhere(() -> runOnce(each, together));
            together.await();
            each.close();
            for (Future<?> thread : posting) {
                get(thread);
            }
            get(running);
            assertThat(ran).hasValue(accepted.get());
        }
    }

    /** Posts tasks until the loop is closed. */
    private static Object post(
            EventLoop target, CyclicBarrier together, AtomicInteger accepted, AtomicInteger ran)
            throws Exception {
        together.await();
        try {
            while (true) {
                target.execute(ran::incrementAndGet);
                accepted.incrementAndGet();
            }
        } catch (IllegalStateException e) {
            return e;
        }
    }

    private static Object runOnce(EventLoop target, CyclicBarrier together) throws Exception {
        together.await();
        return catchThrowable(() -> target.run(-1));
    }
}
