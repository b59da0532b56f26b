package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.eventloop.Capability;
import dev.eventloop.EventCallback;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Callbacks, timers and tasks that throw exceptions. */
abstract class FailureContract extends ContractCase {
    private final List<Throwable> handled = new ArrayList<>();

    private EventLoop loopWithHandler() {
        return open(defaults.errorHandler(handled::add));
    }

    /** Records its call, then throws its attachment. */
    private final EventCallback<Throwable> throwing =
            (fd, events, thrown) -> {
                recorder.onEvent(fd, events, thrown);
                throwAsItIs(thrown);
            };

    /** As a callback in Kotlin, Scala or Groovy may: a checked exception that is not declared. */
    @SuppressWarnings("unchecked") // the cast is erased
    private static <T extends Throwable> void throwAsItIs(Throwable thrown) throws T {
        throw (T) thrown;
    }

    private static List<Throwable> oneOfEachKind() {
        return List.of(
                new IOException("checked"),
                new InterruptedException("checked and not declared"),
                new IllegalArgumentException("unchecked"),
                new AssertionError("error"),
                new Throwable("of no kind"));
    }

    private int addReady(EventLoop target, Throwable thrown) throws Exception {
        int[] pair = fds.pair();
        fds.send(pair[1], "x");
        target.add(pair[0], Events.READ, throwing, thrown);
        return pair[0];
    }

    @Test
    void theHandlerIsToldAndTheBatchGoesOn() throws Exception {
        EventLoop handling = loopWithHandler();
        List<Throwable> thrown = oneOfEachKind();
        for (Throwable each : thrown) {
            addReady(handling, each);
        }
        handling.add(fds.pair()[0], Events.WRITE, recorder, null);
        assertThat(handling.run(LONG_MILLIS)).isEqualTo(thrown.size() + 1);
        assertThat(recorder.count()).isEqualTo(thrown.size() + 1);
        assertThat(handled).containsExactlyInAnyOrderElementsOf(thrown);
    }

    @Test
    void withoutAHandlerRunThrowsAndTheNextRunGoesOnWithTheBatch() throws Exception {
        List<Throwable> thrown = oneOfEachKind();
        List<Integer> ready = new ArrayList<>();
        for (Throwable each : thrown) {
            ready.add(addReady(loop, each));
        }
        for (int run = 0; run < thrown.size(); run++) {
            Throwable caught = catchThrowable(() -> loop.run(LONG_MILLIS));
            assertThat(caught).isSameAs(recorder.calls().get(run).attachment());
        }
        assertThat(recorder.fds()).containsExactlyInAnyOrderElementsOf(ready);
    }

    @Test
    void whatATimerOrATaskThrowsComesOutAsItWas() throws Exception {
        for (Throwable thrown : oneOfEachKind()) {
            loop.newTimer(() -> FailureContract.<RuntimeException>throwAsItIs(thrown))
                    .start(Duration.ZERO);
            assertThat(catchThrowable(() -> loop.run(LONG_MILLIS))).isSameAs(thrown);
            loop.execute(() -> FailureContract.<RuntimeException>throwAsItIs(thrown));
            assertThat(catchThrowable(loop::runUntilStopped)).isSameAs(thrown);
        }
    }

    @Test
    void noEdgeIsLostToACallbackThatThrows() throws Exception {
        assumeCapability(Capability.EDGE_TRIGGERED);
        List<Integer> ready = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            int fd = addReady(loop, new IOException("boom " + i));
            loop.mod(fd, Events.READ | Events.EDGE);
            ready.add(fd);
        }
        for (int run = 0; run < 10; run++) {
            assertThatThrownBy(() -> loop.run(LONG_MILLIS)).hasMessageStartingWith("boom");
        }
        assertThat(recorder.fds()).containsExactlyInAnyOrderElementsOf(ready);
        assertSilent();
    }

    @Test
    void theRestOfABatchIsNotCalledForFdsDeletedBetweenTheRuns() throws Exception {
        int first = addReady(loop, new IOException("boom"));
        int second = addReady(loop, new IOException("boom"));
        assertThatThrownBy(() -> loop.run(LONG_MILLIS)).hasMessage("boom");
        int other = recorder.fds().get(0) == first ? second : first;
        loop.del(other);
        loop.mod(recorder.fds().get(0), 0);
        assertThat(loop.run(0)).isZero();
        assertThat(recorder.count()).isEqualTo(1);
    }

    /** The rest of a batch is not delivered to deleted fds. */
    @Test
    void aRestThatIsForNobodyDoesNotEndTheNextWaitEarly() throws Exception {
        int first = addReady(loop, new IOException("boom"));
        int second = addReady(loop, new IOException("boom"));
        assertThatThrownBy(() -> loop.run(LONG_MILLIS)).hasMessage("boom");
        loop.del(first);
        loop.del(second);
        assertSilent();
    }

    @Test
    void runUntilStoppedThrowsAndCanGoOn() throws Exception {
        addReady(loop, new IOException("boom"));
        assertThatThrownBy(loop::runUntilStopped).hasMessage("boom");
        assertThatThrownBy(loop::runUntilStopped).hasMessage("boom");
        assertThat(recorder.count()).isEqualTo(2);
        loop.del(recorder.fds().get(0));
        loop.execute(loop::stop);
        loop.runUntilStopped();
        assertSilent();
    }

    @Test
    void aTimerThatThrowsDelaysNoOther() throws Exception {
        EventLoop handling = loopWithHandler();
        List<String> fired = new ArrayList<>();
        for (EventLoop each : List.of(loop, handling)) {
            each.newTimer(failing("boom")).start(Duration.ofMillis(1));
            each.newTimer(() -> fired.add("after")).start(Duration.ofMillis(2));
        }
        while (handled.isEmpty() || fired.isEmpty()) {
            handling.run(LONG_MILLIS);
        }
        assertThat(handled).singleElement().extracting(Throwable::getMessage).isEqualTo("boom");
        assertThat(fired).containsExactly("after");

        assertThatThrownBy(() -> loop.run(LONG_MILLIS)).hasMessage("boom");
        runUntil(() -> fired.size() == 2);
        assertThat(fired).hasSize(2);
    }

    @Test
    void timersThatAreDueTogetherWithOneThatThrowsFireInTheNextRun() throws Exception {
        long[] now = new long[1];
        EventLoop clocked = open(defaults.clock(() -> now[0]));
        List<String> fired = new ArrayList<>();
        clocked.newTimer(() -> fired.add("before")).start(Duration.ofMillis(1));
        clocked.newTimer(failing("boom")).start(Duration.ofMillis(2));
        clocked.newTimer(() -> fired.add("after")).start(Duration.ofMillis(3));
        now[0] = 10_000_000;
        assertThatThrownBy(() -> clocked.run(0)).hasMessage("boom");
        clocked.run(0);
        assertThat(fired).containsExactly("before", "after");
    }

    @Test
    void aPeriodicTimerThatThrowsGoesOn() throws Exception {
        EventLoop handling = loopWithHandler();
        handling.newTimer(failing("boom")).startPeriodic(Duration.ofMillis(1));
        while (handled.size() < 3) {
            handling.run(LONG_MILLIS);
        }
        assertThat(handled).allMatch(thrown -> thrown.getMessage().equals("boom"));
    }

    @Test
    void noTaskIsLostToOneThatThrows() throws Exception {
        EventLoop handling = loopWithHandler();
        List<String> done = new ArrayList<>();
        for (EventLoop each : List.of(handling, loop)) {
            each.execute(() -> done.add("before"));
            each.execute(failing("boom"));
            each.execute(() -> done.add("after"));
        }
        handling.run(LONG_MILLIS);
        assertThat(handled).singleElement().extracting(Throwable::getMessage).isEqualTo("boom");
        assertThat(done).containsExactly("before", "after");

        done.clear();
        assertThatThrownBy(() -> loop.run(LONG_MILLIS)).hasMessage("boom");
        assertThat(done).containsExactly("before");
        loop.run(LONG_MILLIS); // does not wait, because a task is queued
        assertThat(done).containsExactly("before", "after");
        assertSilent();
    }

    @Test
    void whatThrowsInEveryRunDoesNotStarveTimersAndTasks() throws Exception {
        addReady(loop, new IOException("boom")); // which stays ready
        List<String> done = new ArrayList<>();
        loop.newTimer(failing("timer")).start(Duration.ZERO);
        loop.execute(() -> done.add("task"));
        Throwable thrown = catchThrowable(() -> loop.run(LONG_MILLIS));
        assertThat(thrown).hasMessage("boom");
        assertThat(done).containsExactly("task");
        loop.newTimer(() -> done.add("timer")).start(Duration.ZERO);
        while (done.size() < 2) {
            assertThatThrownBy(() -> loop.run(LONG_MILLIS)).hasMessage("boom");
        }
        assertThat(done).containsExactly("task", "timer");
    }

    @Test
    void theThreadIsFreeAgainAfterRunThrew() throws Exception {
        int fd = addReady(loop, new IOException("boom"));
        assertThatThrownBy(() -> loop.run(LONG_MILLIS)).hasMessage("boom");
        assertThat(loop.inEventLoop()).isFalse();
        Throwable elsewhere = get(elsewhere(() -> catchThrowable(() -> loop.run(LONG_MILLIS))));
        assertThat(elsewhere).hasMessage("boom");
        loop.del(fd);
        assertSilent();
    }

    private static Runnable failing(String message) {
        return () -> {
            throw new IllegalStateException(message);
        };
    }
}
