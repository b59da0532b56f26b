package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.Capability;
import dev.eventloop.EventCallback;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.NativeMemory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which fds get callbacks, and with which bits. */
abstract class DeliveryContract extends ContractCase {
    /** sys/socket.h, the same everywhere. */
    private static final int MSG_OOB = 1;

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
    void fdsAddedBetweenRunsAreHeardFromThenOn() throws Exception {
        Set<Integer> expected = new HashSet<>();
        for (int i = 0; i < 70; i++) {
            int fd = readable();
            loop.add(fd, Events.READ, recorder, null);
            expected.add(fd);
            recorder.forget();
            assertThat(loop.run(LONG_MILLIS)).isEqualTo(expected.size());
            assertThat(recorder.fds()).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void anInterestAddedWhileTheOtherIsReadyLosesNeither() throws Exception {
        int fd = readable();
        for (int interest : new int[] {Events.READ, Events.WRITE}) {
            recorder.forget();
            loop.add(fd, interest, recorder, null);
            loop.mod(fd, Events.READ | Events.WRITE);
            assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
            assertThat(recorder.lastEvents()).isEqualTo(Events.READ | Events.WRITE);
            loop.mod(fd, interest);
            assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
            assertThat(recorder.lastEvents()).isEqualTo(interest);
            loop.del(fd);
        }
    }

    /** Urgent data is not READ: a read does not return it, tcp(7). */
    @Test
    void outOfBandDataAloneIsNoRead() throws Exception {
        int[] tcp = fds.connection();
        loop.add(tcp[1], Events.READ, recorder, null);
        sendOutOfBand(tcp[0]);
        assertSilent();
        fds.send(tcp[0], "b");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.lastEvents()).isEqualTo(Events.READ);
        assertThat(fds.receive(tcp[1])).isEqualTo("b");
        assertSilent();
        loop.mod(tcp[1], Events.READ | Events.WRITE);
        sendOutOfBand(tcp[0]);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.lastEvents()).isEqualTo(Events.WRITE);
    }

    /** A read stops at the urgent mark, so an edge-triggered reader needs an event for the rest. */
    @Test
    void urgentDataIsToldToWhoAskedUntilItIsReadPast() throws Exception {
        assumeCapability(Capability.URGENT);
        int interest = Events.READ | Events.EDGE | Events.URGENT;
        int[] tcp = fds.connection();
        fds.send(tcp[0], "before");
        sendOutOfBand(tcp[0]);
        fds.send(tcp[0], "behind");
        loop.add(tcp[1], interest, recorder, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.lastEvents()).isEqualTo(Events.READ | Events.URGENT);
        assertThat(fds.receive(tcp[1])).isEqualTo("before");
        assertThat(fds.receive(tcp[1])).isEqualTo("behind");
        assertSilent();

        fds.send(tcp[0], "plain");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.lastEvents()).isEqualTo(Events.READ);
        assertThat(fds.receive(tcp[1])).isEqualTo("plain");

        sendOutOfBand(tcp[0]);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.lastEvents()).isEqualTo(Events.URGENT);
        assertSilent();
    }

    private void sendOutOfBand(int fd) {
        try (NativeMemory bytes = NativeMemory.allocate(1)) {
            assertThat(machine.libc().send(fd, bytes.address(), 1, MSG_OOB)).isEqualTo(1);
        }
    }

    @Test
    void whoComesTooLateMeetsEagainAndTheLoopGoesOn() throws Exception {
        int fd = readable();
        int duplicate = fds.duplicate(fd);
        List<Integer> results = new ArrayList<>();
        EventCallback<Object> reading =
                (ready, events, attachment) ->
                        results.add(sockets.read(ready, ByteBuffer.allocateDirect(8)));
        loop.add(fd, Events.READ, reading, null);
        loop.add(duplicate, Events.READ, reading, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(2);
        assertThat(results).containsExactly(1, -Errno.EAGAIN);
        assertSilent();
    }
}
