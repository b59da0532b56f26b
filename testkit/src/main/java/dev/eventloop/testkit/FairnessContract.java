package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.Capability;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** More fds are ready than maxEvents allows per run. */
abstract class FairnessContract extends ContractCase {
    @Test
    void noMoreThanMaxEventsAreTakenInOneRun() throws Exception {
        for (int maxEvents : new int[] {1, 2, 7}) {
            EventLoop small = open(defaults.maxEvents(maxEvents));
            for (int i = 0; i < 20; i++) {
                small.add(readable(), Events.READ, recorder, null);
            }
            for (int i = 0; i < 20; i++) {
                assertThat(small.run(LONG_MILLIS)).isPositive().isLessThanOrEqualTo(maxEvents);
            }
        }
    }

    @Test
    void noneStarvesWhereMoreAreReadyThanFitIntoOneRun() throws Exception {
        EventLoop small = open(defaults.maxEvents(3));
        Set<Integer> expected = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            int fd = readable();
            small.add(fd, Events.READ, recorder, null);
            expected.add(fd);
        }
        for (int run = 0; run < 7; run++) { // 7 * 3 >= 20
            small.run(LONG_MILLIS);
        }
        assertThat(new HashSet<>(recorder.fds())).isEqualTo(expected);
    }

    @Test
    void aSilentFdIsHeardAmongBusyOnesThatFillEachRun() throws Exception {
        EventLoop small = open(defaults.maxEvents(4));
        for (int i = 0; i < 8; i++) {
            small.add(readable(), Events.READ, recorder, "busy");
        }
        small.run(LONG_MILLIS);
        int[] late = fds.pair();
        small.add(late[0], Events.READ, recorder, "late");
        fds.send(late[1], "x");
        for (int run = 0; run < 3; run++) { // 9 fds, 4 at a time
            small.run(LONG_MILLIS);
        }
        assertThat(recorder.fds()).contains(late[0]);
    }

    @Test
    void aWakeupTakesNoEventsPlaceForGood() throws Exception {
        EventLoop smallest = open(defaults.maxEvents(1));
        int fd = readable();
        smallest.add(fd, Events.READ, recorder, null);
        for (int i = 0; i < 10 && recorder.count() < 3; i++) {
            smallest.wakeup();
            smallest.run(LONG_MILLIS);
        }
        assertThat(recorder.count()).isEqualTo(3);
    }

    /** Fds that fill every batch must not hide one that is ready once. */
    @Test
    void noEdgeIsLostBehindThoseThatFillEachRun() throws Exception {
        assumeCapability(Capability.EDGE_TRIGGERED);
        EventLoop small = open(defaults.maxEvents(2));
        Set<Integer> expected = new HashSet<>();
        for (int i = 0; i < 9; i++) {
            int fd = readable();
            small.add(fd, Events.READ | Events.EDGE, recorder, null);
            expected.add(fd);
        }
        for (int run = 0; run < 5; run++) { // 5 * 2 >= 9
            small.run(LONG_MILLIS);
        }
        assertThat(recorder.fds()).hasSize(9).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(small.run(0)).isZero();
    }

    @Test
    void eachOneshotIsHeardOnceHoweverFewEventsFit() throws Exception {
        assumeCapability(Capability.ONESHOT);
        for (int maxEvents : new int[] {1, 2, 3}) {
            recorder.forget();
            EventLoop small = open(defaults.maxEvents(maxEvents));
            Set<Integer> expected = new HashSet<>();
            for (int i = 0; i < 7; i++) {
                int fd = readable();
                small.add(fd, Events.READ | Events.WRITE | Events.ONESHOT, recorder, null);
                expected.add(fd);
            }
            for (int run = 0; run < 20; run++) {
                small.run(0);
            }
            assertThat(recorder.fds()).hasSize(7).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    /** kqueue has an event per direction; READ and WRITE come in one callback if both fit. */
    @Test
    void neitherDirectionStarvesHoweverFewEventsFit() throws Exception {
        for (int maxEvents : new int[] {1, 2}) {
            recorder.forget();
            EventLoop small = open(defaults.maxEvents(maxEvents));
            int fd = readable();
            small.add(fd, Events.READ | Events.WRITE, recorder, null);
            for (int run = 0; run < 4; run++) {
                assertThat(small.run(LONG_MILLIS)).isEqualTo(1);
                assertThat(maxEvents == 1 || recorder.lastEvents() == 3).isTrue();
            }
            assertThat(recorder.events(fd)).isEqualTo(Events.READ | Events.WRITE);
        }
    }

    @Test
    void oneEventARunIsEnoughForAllThatALoopDoes() throws Exception {
        EventLoop smallest = open(defaults.maxEvents(1));
        int[] pair = fds.pair();
        List<String> done = new ArrayList<>();
        smallest.add(pair[0], Events.READ, recorder, null);
        smallest.wakeup();
        assertThat(smallest.run(-1)).isZero();
        smallest.newTimer(() -> done.add("timer")).start(Duration.ofMillis(1));
        while (done.isEmpty()) {
            assertThat(smallest.run(-1)).isZero();
        }
        smallest.execute(() -> done.add("task"));
        assertThat(smallest.run(-1)).isZero();
        fds.send(pair[1], "x");
        assertThat(smallest.run(-1)).isEqualTo(1);
        smallest.mod(pair[0], Events.WRITE);
        assertThat(smallest.run(-1)).isEqualTo(1);
        smallest.del(pair[0]);
        assertThat(smallest.run(5)).isZero();
        assertThat(done).containsExactly("timer", "task");
        assertThat(recorder.calls()).extracting(Recorder.Call::events).containsExactly(1, 2);
    }

    @Test
    void fdsAddedAndDeletedBetweenFullRunsDisturbNobodysTurn() throws Exception {
        EventLoop small = open(defaults.maxEvents(3));
        List<Integer> staying = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            staying.add(readable());
            small.add(staying.get(i), Events.READ, recorder, null);
        }
        int coming = readable();
        for (int run = 0; run < 40; run++) {
            small.add(coming, Events.READ, recorder, "coming");
            small.run(LONG_MILLIS);
            small.del(coming);
        }
        for (int fd : staying) {
            assertThat(recorder.count(fd)).as("fd " + fd).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void aLateTimerFiresAfterEverythingThatIsReady() throws Exception {
        EventLoop small = open(defaults.maxEvents(4));
        List<Integer> heard = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            small.add(readable(), Events.READ, (fd, events, own) -> heard.add(fd), null);
        }
        List<Integer> before = new ArrayList<>();
        small.newTimer(() -> before.addAll(heard)).start(Duration.ofMillis(1));
        pause();
        small.run(LONG_MILLIS);
        assertThat(new HashSet<>(before)).hasSize(20);
    }

    @Test
    void aLateTimerFiresAfterWhatBecameReadyInALongCallback() throws Exception {
        int[] late = fds.pair();
        List<String> order = new ArrayList<>();
        loop.add(late[0], Events.READ, (fd, events, own) -> order.add(fds.receive(fd)), null);
        loop.add(
                readable(),
                Events.READ,
                (fd, events, own) -> {
                    fds.receive(fd);
                    pause();
                    fds.send(late[1], "bytes");
                },
                null);
        loop.newTimer(() -> order.add("timer")).start(Duration.ofMillis(1));
        while (!order.contains("timer")) {
            loop.run(LONG_MILLIS);
        }
        assertThat(order).containsExactly("bytes", "timer");
    }

    @Test
    void aLateTimerFiresAlthoughOthersAreReadyInEveryBatch() throws Exception {
        EventLoop small = open(defaults.maxEvents(1));
        for (int i = 0; i < 5; i++) {
            small.add(readable(), Events.READ, recorder, null);
        }
        List<String> fired = new ArrayList<>();
        small.newTimer(() -> fired.add("timer")).start(Duration.ofMillis(1));
        pause();
        small.run(LONG_MILLIS);
        assertThat(fired).hasSize(1);
    }

    /** As if the process were stopped for a while. */
    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
