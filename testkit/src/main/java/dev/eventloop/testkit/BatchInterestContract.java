package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.Capability;
import dev.eventloop.Events;
import org.junit.jupiter.api.Test;

/** Callbacks that change the interest of other fds of the same batch. */
abstract class BatchInterestContract extends BatchCase {
    @Test
    void anFdMaskedByAnEarlierCallbackIsNotCalled() throws Exception {
        addTwoReady(
                Events.READ,
                (fd, events, attachment) -> {
                    recorder.onEvent(fd, events, attachment);
                    loop.mod(other(fd), 0);
                });
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(loop.size()).isEqualTo(2);
    }

    @Test
    void anInterestNarrowedByAnEarlierCallbackHoldsAtOnce() throws Exception {
        addTwoReady(
                Events.READ | Events.WRITE,
                (fd, events, attachment) -> {
                    recorder.onEvent(fd, events, attachment);
                    loop.mod(other(fd), Events.WRITE);
                });
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(2);
        int second = recorder.fds().get(1);
        assertThat(recorder.events(second)).isEqualTo(Events.WRITE);
    }

    /** The other's event of the old interest must not disarm the new ONESHOT. */
    @Test
    void aOneshotArmedByAnEarlierCallbackOfTheBatchIsHeard() throws Exception {
        assumeCapability(Capability.ONESHOT);
        addTwoReady(
                Events.READ,
                (fd, events, attachment) -> {
                    recorder.onEvent(fd, events, attachment);
                    if (recorder.count() == 1) {
                        fds.receive(fd);
                        fds.fill(other(fd)); // so that it is not ready for WRITE
                        loop.mod(other(fd), Events.WRITE | Events.ONESHOT);
                    }
                });
        loop.run(LONG_MILLIS);
        assertThat(recorder.count()).isEqualTo(1);
        int waiting = other(recorder.fds().get(0));
        fds.drain(peerOf(waiting));
        assertThat(loop.run(1_000)).isEqualTo(1);
        assertThat(recorder.calls().get(1))
                .isEqualTo(new Recorder.Call(waiting, Events.WRITE, null));
    }

    @Test
    void aDisarmedOneshotOfTheBatchIsRearmedByAnEarlierCallbackAndHeardOnce() throws Exception {
        assumeCapability(Capability.ONESHOT);
        addTwoReady(
                Events.READ | Events.ONESHOT,
                (fd, events, attachment) -> {
                    recorder.onEvent(fd, events, attachment);
                    if (recorder.count() == 1) {
                        loop.mod(other(fd), Events.READ | Events.ONESHOT);
                    }
                });
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(2);
        assertThat(recorder.fds()).containsExactlyInAnyOrderElementsOf(ready);
        assertSilent();
    }

    @Test
    void anInterestThatChangesToAndFroWithinABatchIsHeardAsItIsInTheEnd() throws Exception {
        addTwoReady(
                Events.READ,
                (fd, events, attachment) -> {
                    recorder.onEvent(fd, events, attachment);
                    loop.mod(other(fd), Events.WRITE);
                    loop.mod(other(fd), Events.READ);
                });
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(2);
        assertThat(recorder.calls()).allMatch(call -> call.events() == Events.READ);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(2);
    }

    @Test
    void anInterestTurnedRoundWithinABatchIsNotToldOfTheOldOne() throws Exception {
        addTwoReady(
                Events.READ,
                (fd, events, attachment) -> {
                    recorder.onEvent(fd, events, attachment);
                    if (recorder.count() == 1) {
                        loop.mod(other(fd), Events.WRITE);
                    }
                });
        peers.forEach(
                sockets::shutdownWrite); // READ_HUP, which comes with READ, is not delivered either
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(has(recorder.lastEvents(), Events.READ)).isTrue();
        int turned = other(recorder.fds().get(0));
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(2);
        assertThat(recorder.events(turned)).isEqualTo(Events.WRITE);
    }

    @Test
    void maskedAndUnmaskedWithinABatchAnFdIsStillHeard() throws Exception {
        addTwoReady(
                Events.READ,
                (fd, events, attachment) -> {
                    recorder.onEvent(fd, events, attachment);
                    if (recorder.count() == 1) {
                        loop.mod(other(fd), 0);
                        loop.mod(other(fd), Events.READ);
                    }
                });
        loop.run(LONG_MILLIS);
        runUntil(() -> recorder.fds().containsAll(ready));
        assertThat(recorder.calls()).allMatch(call -> call.events() == Events.READ);
    }
}
