package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import org.junit.jupiter.api.Test;

/** Correct use of add, mod and del. */
abstract class RegistrationContract extends ContractCase {
    @Test
    void sizeCountsTheRegisteredFds() throws Exception {
        int[] pair = fds.pair();
        assertThat(loop.size()).isZero();
        loop.add(pair[0], Events.READ, recorder, null);
        loop.add(pair[1], 0, recorder, null);
        assertThat(loop.size()).isEqualTo(2);
        loop.mod(pair[0], 0);
        assertThat(loop.size()).isEqualTo(2);
        loop.del(pair[0]);
        assertThat(loop.size()).isEqualTo(1);
        loop.del(pair[1]);
        assertThat(loop.size()).isZero();
    }

    @Test
    void theCallbackIsToldFdAndAttachment() throws Exception {
        int[] first = fds.pair();
        int[] second = fds.pair();
        loop.add(first[0], Events.READ, recorder, "first");
        loop.add(second[0], Events.READ, recorder, null);
        fds.send(first[1], "x");
        fds.send(second[1], "x");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(2);
        assertThat(recorder.calls())
                .containsExactlyInAnyOrder(
                        new Recorder.Call(first[0], Events.READ, "first"),
                        new Recorder.Call(second[0], Events.READ, null));
    }

    @Test
    void anFdCanBeAddedAgainAfterDel() throws Exception {
        int[] pair = fds.pair();
        loop.add(pair[0], Events.READ, recorder, "old");
        loop.del(pair[0]);
        loop.add(pair[0], Events.READ, recorder, "new");
        fds.send(pair[1], "x");
        loop.run(LONG_MILLIS);
        assertThat(recorder.calls())
                .containsExactly(new Recorder.Call(pair[0], Events.READ, "new"));
    }

    @Test
    void modKeepsCallbackAndAttachment() throws Exception {
        int[] pair = fds.pair();
        loop.add(pair[0], Events.READ, recorder, "mine");
        loop.mod(pair[0], Events.WRITE);
        loop.run(LONG_MILLIS);
        assertThat(recorder.calls())
                .containsExactly(new Recorder.Call(pair[0], Events.WRITE, "mine"));
    }

    @Test
    void onlyWhatWasAskedForIsReported() throws Exception {
        int[] pair = fds.pair();
        fds.send(pair[1], "x"); // ready for READ and WRITE from now on
        loop.add(pair[0], Events.READ, recorder, null);
        loop.run(LONG_MILLIS);
        loop.mod(pair[0], Events.WRITE);
        loop.run(LONG_MILLIS);
        loop.mod(pair[0], Events.READ | Events.WRITE);
        loop.run(LONG_MILLIS);
        assertThat(recorder.calls().stream().map(Recorder.Call::events))
                .containsExactly(Events.READ, Events.WRITE, Events.READ | Events.WRITE);
    }

    @Test
    void takingOneInterestAwayLeavesTheOther() throws Exception {
        int[] pair = fds.pair();
        loop.add(pair[0], Events.READ | Events.WRITE, recorder, null);
        loop.mod(pair[0], Events.READ);
        assertSilent();
        fds.send(pair[1], "x");
        loop.run(LONG_MILLIS);
        assertThat(recorder.calls()).containsExactly(new Recorder.Call(pair[0], 1, null));
    }

    @Test
    void interestZeroSilencesHupAndErrorToo() throws Exception {
        int[] pair = fds.pair();
        int[] pipe = fds.pipe();
        loop.add(pair[0], Events.READ | Events.WRITE, recorder, null);
        loop.add(pipe[1], Events.WRITE, recorder, null);
        loop.mod(pair[0], 0);
        loop.mod(pipe[1], 0);
        fds.send(pair[1], "x");
        fds.close(pair[1]);
        fds.close(pipe[0]);
        assertSilent();

        loop.mod(pair[0], Events.READ);
        loop.mod(pipe[1], Events.WRITE);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(2);
        assertThat(recorder.fds()).containsExactlyInAnyOrder(pair[0], pipe[1]);
    }

    @Test
    void anFdAddedWithInterestZeroIsSilentUntilMod() throws Exception {
        int[] pair = fds.pair();
        fds.send(pair[1], "x");
        fds.close(pair[1]);
        loop.add(pair[0], 0, recorder, null);
        assertSilent();
        loop.mod(pair[0], Events.READ);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(has(recorder.lastEvents(), Events.READ)).isTrue();
    }

    @Test
    void aMaskedFdCanBeMaskedAgainAndDeleted() throws Exception {
        int[] pair = fds.pair();
        loop.add(pair[0], Events.WRITE, recorder, null);
        loop.mod(pair[0], 0);
        loop.mod(pair[0], 0);
        loop.del(pair[0]);
        assertSilent();
        loop.add(pair[0], Events.WRITE, recorder, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
    }

    @Test
    void nothingIsHeardAfterDelEvenIfTheFdIsReady() throws Exception {
        int[] pair = fds.pair();
        loop.add(pair[0], Events.READ | Events.WRITE, recorder, null);
        fds.send(pair[1], "x");
        loop.del(pair[0]);
        assertSilent();
    }

    @Test
    void deletedAndClosedFdsAreNotHeard() throws Exception {
        for (int i = 0; i < 64; i++) {
            int[] pair = fds.pair();
            fds.send(pair[1], "x");
            loop.add(pair[0], Events.READ | Events.WRITE, recorder, null);
            loop.del(pair[0]);
            fds.close(pair[0]);
        }
        assertSilent();
        assertThat(loop.size()).isZero();
    }

    @Test
    void theNumberOfADeletedFdBelongsToTheNextFile() throws Exception {
        int[] old = fds.pair();
        int[] fresh = fds.pair();
        loop.add(old[0], Events.READ, recorder, "old");
        loop.del(old[0]);
        fds.replace(old[0], fresh[0]);
        loop.add(old[0], Events.READ, recorder, "new");
        assertSilent();
        fds.send(fresh[1], "x");
        loop.run(LONG_MILLIS);
        assertThat(recorder.calls()).containsExactly(new Recorder.Call(old[0], 1, "new"));
    }

    @Test
    void thousandsOfChangesBetweenTwoRunsLeaveTheLast() throws Exception {
        int[] reader = fds.pair();
        int[] writer = fds.pair();
        int[] masked = fds.pair();
        for (int[] pair : new int[][] {reader, writer, masked}) {
            fds.send(pair[1], "x");
            loop.add(pair[0], Events.READ | Events.WRITE, recorder, null);
            for (int i = 0; i < 2_000; i++) {
                loop.mod(pair[0], i % 4);
            }
        }
        loop.mod(reader[0], Events.READ);
        loop.mod(writer[0], Events.WRITE);
        loop.mod(masked[0], 0);
        loop.run(LONG_MILLIS);
        assertThat(recorder.calls())
                .containsExactlyInAnyOrder(
                        new Recorder.Call(reader[0], Events.READ, null),
                        new Recorder.Call(writer[0], Events.WRITE, null));
    }

    @Test
    void numbersAbove1023AreFdsLikeAnyOther() throws Exception {
        int[] pair = fds.pair();
        int high = 1_500 + pair[0];
        fds.replace(high, pair[0]);
        loop.add(high, Events.READ, recorder, null);
        loop.add(pair[1], Events.READ, recorder, null);
        assertSilent();
        fds.send(pair[0], "x");
        fds.send(pair[1], "x");
        loop.run(LONG_MILLIS);
        assertThat(recorder.fds()).containsExactlyInAnyOrder(high, pair[1]);
    }

    @Test
    void pipesAndListenersCanBeWatched() throws Exception {
        int[] pipe = fds.pipe();
        int listener = fds.listener();
        assertThatCode(
                        () -> {
                            loop.add(pipe[0], Events.READ, recorder, null);
                            loop.add(pipe[1], Events.WRITE, recorder, null);
                            loop.add(listener, Events.READ, recorder, null);
                        })
                .doesNotThrowAnyException();
        loop.run(LONG_MILLIS);
        assertThat(recorder.calls()).containsExactly(new Recorder.Call(pipe[1], 2, null));
    }

    @Test
    void anFdDeletedBeforeItsCloseIsForgottenAndItsNumberCanBeUsedAgain() throws Exception {
        for (int round = 0; round < 20; round++) {
            int[] pair = fds.pair();
            fds.send(pair[1], "x");
            loop.add(pair[0], Events.READ, recorder, null);
            loop.delBeforeClose(pair[0]);
            assertThat(loop.size()).isZero();
            fds.close(pair[0]);
            assertThat(loop.run(0)).isZero();
            fds.close(pair[1]);
        }
        assertThat(recorder.count()).isZero();
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> loop.delBeforeClose(fds.closedNumber()))
                .matches(e -> e.errnoName().equals("ENOENT"));
    }
}
