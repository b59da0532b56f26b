package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventCallback;
import dev.eventloop.Events;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Callbacks that delete, close or add fds of the same batch. */
abstract class BatchContract extends BatchCase {
    @Test
    void anFdDeletedByAnEarlierCallbackIsNotCalled() throws Exception {
        addTwoReady(
                Events.READ,
                (fd, events, attachment) -> {
                    recorder.onEvent(fd, events, attachment);
                    loop.del(other(fd));
                });
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.count()).isEqualTo(1);
        assertThat(loop.size()).isEqualTo(1);
    }

    @Test
    void anFdDeletedAndClosedByAnEarlierCallbackIsNotCalled() throws Exception {
        addTwoReady(
                Events.READ | Events.WRITE,
                (fd, events, attachment) -> {
                    recorder.onEvent(fd, events, attachment);
                    int other = other(fd);
                    loop.del(other);
                    fds.close(other);
                    fds.receive(fd);
                    loop.mod(fd, Events.READ);
                });
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertSilent();
    }

    @Test
    void aNewFileUnderAnOldNumberGetsNoEventOfTheOldOne() throws Exception {
        int[] fresh = fds.pair();
        addTwoReady(
                Events.READ,
                (fd, events, attachment) -> {
                    recorder.onEvent(fd, events, "old");
                    int other = other(fd);
                    loop.del(other);
                    fds.replace(other, fresh[0]);
                    loop.add(other, Events.READ, recorder, "new");
                    fds.receive(fd);
                });
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.calls()).extracting(Recorder.Call::attachment).containsExactly("old");
        assertSilent();

        fds.send(fresh[1], "x");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.calls().get(1).attachment()).isEqualTo("new");
    }

    @Test
    void theSameFdDeletedAndAddedInOneBatchWaitsForTheNextRun() throws Exception {
        addTwoReady(
                Events.READ,
                (fd, events, attachment) -> {
                    recorder.onEvent(fd, events, "old");
                    loop.del(other(fd));
                    loop.add(other(fd), Events.READ, recorder, "new");
                    loop.del(fd);
                });
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.calls()).extracting(Recorder.Call::attachment).containsExactly("old");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1); // the new file is ready itself
        assertThat(recorder.calls().get(1).attachment()).isEqualTo("new");
    }

    @Test
    void anFdAddedInsideACallbackIsHeardInTheNextRun() throws Exception {
        int[] added = fds.pair();
        fds.send(added[1], "x");
        int[] pair = fds.pair();
        fds.send(pair[1], "x");
        EventCallback<Object> adding =
                (fd, events, attachment) -> {
                    loop.add(added[0], Events.READ, recorder, "added");
                    loop.del(fd);
                };
        loop.add(pair[0], Events.READ, adding, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.count()).isZero();
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.fds()).containsExactly(added[0]);
    }

    @Test
    void aCallbackMayDeleteAndCloseItsOwnFd() throws Exception {
        addTwoReady(
                Events.READ | Events.WRITE,
                (fd, events, attachment) -> {
                    recorder.onEvent(fd, events, attachment);
                    loop.del(fd);
                    fds.close(fd);
                });
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(2);
        assertThat(loop.size()).isZero();
        assertSilent();
    }

    @Test
    void aCallbackMayDeleteAndAddItsOwnFd() throws Exception {
        int[] pair = fds.pair();
        fds.send(pair[1], "x");
        EventCallback<Object> renewing =
                (fd, events, attachment) -> {
                    loop.del(fd);
                    loop.add(fd, Events.READ, recorder, "new");
                };
        loop.add(pair[0], Events.READ, renewing, "old");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.count()).isZero();
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.calls()).containsExactly(new Recorder.Call(pair[0], 1, "new"));
    }

    /** The callback of an ERROR closes its fd (libuv's udp_recv_cb_close_pollerr). */
    @Test
    void anErrorsCallbackMayCloseItsFd() throws Exception {
        int[] pipe = fds.pipe();
        int[] pair = fds.pair();
        EventCallback<Object> closing =
                (fd, events, attachment) -> {
                    recorder.onEvent(fd, events, attachment);
                    loop.del(fd);
                    fds.close(fd);
                };
        fds.close(pipe[0]);
        loop.add(pipe[1], Events.WRITE, closing, null);
        loop.add(pair[0], Events.WRITE, recorder, null);
        loop.run(LONG_MILLIS);
        assertThat(recorder.fds()).containsExactlyInAnyOrder(pipe[1], pair[0]);
        assertThat(hasAny(recorder.events(pipe[1]), Events.ERROR | Events.HUP)).isTrue();
        loop.del(pair[0]);
        assertSilent();
    }

    @Test
    void everyFdOfABatchMayBeReplacedManyTimes() throws Exception {
        for (int round = 0; round < 500; round++) {
            ready.clear();
            peers.clear();
            recorder.forget();
            addTwoReady(
                    Events.READ,
                    (fd, events, attachment) -> {
                        recorder.onEvent(fd, events, attachment);
                        int other = other(fd);
                        for (int i = 0; i < 3; i++) {
                            loop.del(other);
                            loop.add(other, Events.READ, recorder, "new");
                        }
                    });
            assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
            for (int i = 0; i < 2; i++) {
                loop.del(ready.get(i));
                fds.close(ready.get(i));
                fds.close(peers.get(i));
            }
        }
        assertThat(loop.size()).isZero();
    }

    /**
     * The loop must not use a table of registrations that a callback has replaced by a larger one.
     */
    @Test
    void fdsAddedByEveryCallbackOfABatchAreHeardInTheNextRun() throws Exception {
        int[] added = new int[80];
        for (int i = 0; i < added.length; i++) {
            added[i] = readable();
        }
        int[] next = new int[1];
        for (int i = 0; i < 8; i++) {
            EventCallback<Object> adding =
                    (fd, events, attachment) -> {
                        loop.del(fd);
                        for (int j = 0; j < 10; j++) {
                            loop.add(added[next[0]++], Events.READ, recorder, "added");
                        }
                    };
            loop.add(readable(), Events.READ, adding, "first");
        }
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(8);
        assertThat(recorder.count()).isZero();
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(80);
        assertThat(recorder.fds()).doesNotHaveDuplicates().hasSize(80);
    }

    @Test
    void allFdsOfABatchMayBeDeletedByItsFirstCallback() throws Exception {
        List<Integer> all = new ArrayList<>();
        EventCallback<Object> deleting =
                (fd, events, attachment) -> {
                    recorder.onEvent(fd, events, attachment);
                    for (int each : all) {
                        loop.del(each);
                        fds.close(each);
                    }
                };
        for (int i = 0; i < 100; i++) {
            all.add(readable());
            loop.add(all.get(i), Events.READ | Events.WRITE, deleting, null);
        }
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(loop.size()).isZero();
        assertIdle();
        assertThat(recorder.count()).isEqualTo(1);
    }
}
