package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which fds are called for, and with which bits. */
abstract class DeliveryContract extends ContractCase {
    @Test
    void readAndWriteComeInOneCallback() throws Exception {
        int[] pair = fds.pair();
        fds.send(pair[1], "x");
        loop.add(pair[0], Events.READ | Events.WRITE, recorder, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.calls())
                .containsExactly(new Recorder.Call(pair[0], Events.READ | Events.WRITE, null));
    }

    @Test
    void readIsReportedForAsLongAsBytesAreThere() throws Exception {
        int[] pair = fds.pair();
        loop.add(pair[0], Events.READ, recorder, null);
        assertSilent();
        fds.send(pair[1], "abc");
        for (String left : List.of("a", "b", "c")) {
            assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
            assertThat(recorder.lastEvents()).isEqualTo(Events.READ);
            assertThat(fds.receive(pair[0], 1)).isEqualTo(left);
        }
        assertSilent();
    }

    @Test
    void writeIsReportedForAsLongAsThereIsRoom() throws Exception {
        int[] pair = fds.pair();
        loop.add(pair[0], Events.WRITE, recorder, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        int filled = fds.fill(pair[0]);
        assertSilent();
        assertThat(fds.drain(pair[1])).isEqualTo(filled);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.lastEvents()).isEqualTo(Events.WRITE);
    }

    @Test
    void aPipeIsReadableWithBytesAndWritableWithRoom() throws Exception {
        int[] pipe = fds.pipe();
        loop.add(pipe[0], Events.READ, recorder, null);
        assertSilent();
        fds.send(pipe[1], "x");
        loop.run(LONG_MILLIS);
        assertThat(recorder.calls()).containsExactly(new Recorder.Call(pipe[0], 1, null));
        loop.del(pipe[0]);

        fds.fill(pipe[1]);
        loop.add(pipe[1], Events.WRITE, recorder, null);
        assertSilent();
        fds.drain(pipe[0]);
        recorder.forget();
        loop.run(LONG_MILLIS);
        assertThat(recorder.calls()).containsExactly(new Recorder.Call(pipe[1], 2, null));
    }

    @Test
    void aListenerIsReadableWhileConnectionsWait() throws Exception {
        int listener = fds.listener();
        loop.add(listener, Events.READ, recorder, null);
        assertSilent();
        fds.connect(listener);
        fds.connect(listener);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        fds.accept(listener);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        fds.accept(listener);
        assertSilent();
    }

    @Test
    void aConnectThatIsDoneIsWritable() throws Exception {
        int listener = fds.listener();
        int client = fds.connect(listener);
        loop.add(client, Events.WRITE, recorder, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.calls()).containsExactly(new Recorder.Call(client, 2, null));
        assertThat(sockets.connectResult(client)).isZero();
        assertThat(sockets.remoteAddress(client)).isEqualTo(sockets.localAddress(listener));
    }

    @Test
    void onlyTheOneThatWasWrittenToIsCalled() throws Exception {
        List<int[]> pairs = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int[] pair = fds.pair();
            loop.add(pair[0], Events.READ, recorder, i);
            pairs.add(pair);
        }
        for (int i : new int[] {0, 63, 64, 99, 42}) {
            recorder.forget();
            fds.send(pairs.get(i)[1], "x");
            assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
            assertThat(recorder.calls())
                    .containsExactly(new Recorder.Call(pairs.get(i)[0], Events.READ, i));
            fds.receive(pairs.get(i)[0]);
        }
        assertSilent();
    }

    @Test
    void manyReadyAtOnceAreCalledOnceEach() throws Exception {
        Set<Integer> expected = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            int[] pair = fds.pair();
            fds.send(pair[1], "x");
            loop.add(pair[0], Events.READ, recorder, null);
            expected.add(pair[0]);
        }
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(200);
        assertThat(recorder.fds()).hasSize(200).containsExactlyInAnyOrderElementsOf(expected);
    }

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

    private int readable() throws Exception {
        int[] pair = fds.pair();
        fds.send(pair[1], "x");
        return pair[0];
    }
}
