package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventCallback;
import dev.eventloop.Events;
import org.junit.jupiter.api.Test;

/** Two fds of one file, from dup(2): kernels differ in whether they watch the fd or the file. */
abstract class DuplicateContract extends ContractCase {
    @Test
    void anFdAndItsDuplicateAreTwoRegistrations() throws Exception {
        int[] pair = fds.pair();
        int duplicate = fds.duplicate(pair[0]);
        loop.add(pair[0], Events.READ, recorder, "original");
        loop.add(duplicate, Events.READ, recorder, "duplicate");
        fds.send(pair[1], "x");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(2);
        assertThat(recorder.calls())
                .containsExactlyInAnyOrder(
                        new Recorder.Call(pair[0], 1, "original"),
                        new Recorder.Call(duplicate, 1, "duplicate"));
    }

    @Test
    void theOriginalIsHeardAfterItsDuplicateIsGone() throws Exception {
        int[] pair = fds.pair();
        int duplicate = fds.duplicate(pair[0]);
        loop.add(pair[0], Events.READ, recorder, "original");
        loop.add(duplicate, Events.READ, recorder, "duplicate");
        loop.del(duplicate);
        fds.close(duplicate);
        fds.send(pair[1], "x");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.calls()).containsExactly(new Recorder.Call(pair[0], 1, "original"));
    }

    @Test
    void aDuplicateUnderItsOldNumberAgainIsHeardAgain() throws Exception {
        int[] pair = fds.pair();
        int duplicate = fds.duplicate(pair[0]);
        loop.add(duplicate, Events.READ, recorder, "first");
        loop.del(duplicate);
        fds.close(duplicate);
        fds.replace(duplicate, pair[0]);
        loop.add(duplicate, Events.WRITE, recorder, "second");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.calls()).containsExactly(new Recorder.Call(duplicate, 2, "second"));
    }

    /** A duplicate keeps the file of a deleted and closed fd open (libuv's iouring_pollhup). */
    @Test
    void aHangUpOfADeletedFdsFileDoesNotReachTheNextFileOfThatNumber() throws Exception {
        int[] old = fds.pair();
        int[] fresh = fds.pair();
        fds.duplicate(old[0]);
        loop.add(old[0], Events.READ, recorder, "old");
        assertSilent();
        loop.del(old[0]);
        fds.replace(old[0], fresh[0]);
        loop.add(old[0], Events.READ, recorder, "new");
        fds.send(old[1], "x");
        fds.close(old[1]);
        assertSilent();
        fds.send(fresh[1], "x");
        loop.run(LONG_MILLIS);
        assertThat(recorder.calls()).containsExactly(new Recorder.Call(old[0], 1, "new"));
    }

    @Test
    void theSameHoldsWithinOneBatch() throws Exception {
        int[] fresh = fds.pair();
        int[][] pairs = {fds.pair(), fds.pair()};
        EventCallback<Object> replacing =
                (fd, events, attachment) -> {
                    recorder.onEvent(fd, events, "old");
                    int other = fd == pairs[0][0] ? pairs[1][0] : pairs[0][0];
                    loop.del(other);
                    fds.replace(other, fresh[0]); // the duplicate keeps its file open
                    loop.add(other, Events.READ, recorder, "new");
                    loop.del(fd);
                };
        for (int[] pair : pairs) {
            fds.duplicate(pair[0]);
            fds.send(pair[1], "x");
            loop.add(pair[0], Events.READ, replacing, null);
        }
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertSilent();
        assertThat(recorder.calls()).extracting(Recorder.Call::attachment).containsExactly("old");
    }
}
