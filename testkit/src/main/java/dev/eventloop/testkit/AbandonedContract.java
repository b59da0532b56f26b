package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.Capability;
import dev.eventloop.ErrnoException;
import dev.eventloop.EventCallback;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Fds that were closed without del: the loop goes on, and other fds are not affected. */
abstract class AbandonedContract extends ContractCase {
    @Test
    void anFdClosedWithoutDelHurtsNoOther() throws Exception {
        int[] dead = highPair();
        int[] alive = fds.pair();
        Recorder ofTheDead = new Recorder();
        loop.add(dead[0], Events.READ | Events.WRITE, ofTheDead, null);
        loop.add(alive[0], Events.READ, recorder, null);
        fds.close(dead[0]);
        fds.send(alive[1], "x");
        runUntil(() -> recorder.count(alive[0]) == 1);
        fds.receive(alive[0]);

        loop.run(0);
        assertSilent(); // must not spin
        assertThat(ofTheDead.count()).isLessThanOrEqualTo(1);
        assertThat(ofTheDead.calls()).allMatch(call -> has(call.events(), Events.ERROR));
    }

    @Test
    void delAfterCloseIsNoError() throws Exception {
        int[] pair = highPair();
        loop.add(pair[0], Events.READ, recorder, null);
        fds.close(pair[0]);
        loop.del(pair[0]);
        assertThat(loop.size()).isZero();
        assertSilent();
    }

    @Test
    void theNumberOfAnFdClosedWithoutDelCanBeAddedAgain() throws Exception {
        int[] dead = highPair();
        int[] fresh = fds.pair();
        loop.add(dead[0], Events.READ, recorder, "dead");
        fds.close(dead[0]);
        loop.run(0);
        recorder.forget();

        fds.replace(dead[0], fresh[0]);
        loop.add(dead[0], Events.READ, recorder, "new");
        fds.send(fresh[1], "x");
        loop.run(LONG_MILLIS);
        assertThat(recorder.calls()).containsExactly(new Recorder.Call(dead[0], 1, "new"));
        assertThat(loop.size()).isEqualTo(1);
    }

    /** No run comes between the close and the next use of the number. */
    @Test
    void aNumberThatIsInUseAgainAtOnceBelongsToTheNewFile() throws Exception {
        int[][] files = {fds.pair(), fds.connection(), fds.pipe()};
        for (int[] old : files) {
            for (int[] fresh : new int[][] {fds.pair(), fds.connection(), fds.pipe()}) {
                recorder.forget();
                int number = fds.moveUp(fds.duplicate(old[0]));
                loop.add(number, Events.READ, recorder, "old");
                fds.close(number);
                fds.replace(number, fresh[0]);
                loop.add(number, Events.READ, recorder, "new");
                assertErrno("EEXIST", () -> loop.add(number, Events.READ, recorder, "newer"));
                fds.send(fresh[1], "x");
                runUntil(() -> recorder.count() > 0);
                assertThat(recorder.calls()).containsExactly(new Recorder.Call(number, 1, "new"));
                assertThat(loop.size()).isEqualTo(1);
                loop.del(number);
            }
        }
    }

    @Test
    void soDoesTheNumberOfAOneshotThatHasFired() throws Exception {
        assumeCapability(Capability.ONESHOT);
        int[] old = highPair();
        int[] fresh = fds.pair();
        loop.add(old[0], Events.WRITE | Events.ONESHOT, recorder, "old");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        fds.close(old[0]);
        fds.replace(old[0], fresh[0]);
        loop.add(old[0], Events.READ, recorder, "new");
        assertSilent();
        fds.send(fresh[1], "x");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.calls().get(1)).isEqualTo(new Recorder.Call(old[0], 1, "new"));
    }

    @Test
    void aClosedFdAmongAThousandHurtsNoOther() throws Exception {
        Set<Integer> alive = new HashSet<>();
        List<int[]> pairs = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            int[] pair = i % 500 == 250 ? highPair() : fds.pair();
            loop.add(pair[0], Events.READ, recorder, null);
            pairs.add(pair);
        }
        for (int i = 0; i < pairs.size(); i++) {
            if (i % 500 == 250) {
                fds.close(pairs.get(i)[0]);
            } else {
                fds.send(pairs.get(i)[1], "x");
                alive.add(pairs.get(i)[0]);
            }
        }
        runUntil(() -> heard().containsAll(alive));
        for (int[] pair : pairs) {
            if (alive.contains(pair[0])) {
                fds.receive(pair[0]);
            }
        }
        loop.run(0);
        assertIdle();
        for (int[] pair : pairs) {
            if (!alive.contains(pair[0])) {
                assertThat(recorder.count(pair[0])).isLessThanOrEqualTo(1);
                assertThat(recorder.events(pair[0]) & ~Events.ERROR).isZero();
            }
        }
    }

    /** A pair; nothing uses the fd number of the first once it is closed. */
    private int[] highPair() throws ErrnoException {
        int[] pair = fds.pair();
        return new int[] {fds.moveUp(pair[0]), pair[1]};
    }

    private Set<Integer> heard() {
        return new HashSet<>(recorder.fds());
    }

    @Test
    void anFdClosedInItsOwnCallbackWithoutDelHurtsNoOther() throws Exception {
        int[] dead = highPair();
        int[] alive = fds.pair();
        EventCallback<Object> closing =
                (fd, events, attachment) -> {
                    if (!has(events, Events.ERROR)) {
                        fds.close(fd);
                    }
                };
        loop.add(dead[0], Events.WRITE, closing, null);
        loop.run(LONG_MILLIS);
        loop.add(alive[0], Events.READ, recorder, null);
        loop.run(0);
        assertIdle();
        fds.send(alive[1], "x");
        runUntil(() -> recorder.count(alive[0]) == 1);
    }

    @Test
    void modOfAClosedFdIsEbadfOrElseItsCallbackIsToldOnce() throws Exception {
        int[] pair = highPair();
        loop.add(pair[0], Events.READ, recorder, null);
        fds.close(pair[0]);
        for (int i = 0; i < 3; i++) {
            try {
                loop.mod(pair[0], Events.READ | Events.WRITE);
                loop.run(0);
            } catch (ErrnoException e) {
                assertThat(e.errno()).isEqualTo(Errno.EBADF);
                assertThat(e)
                        .hasMessage("mod fd %d: Bad file descriptor (EBADF)".formatted(pair[0]));
            }
        }
        assertThat(recorder.count()).isLessThanOrEqualTo(1);
        assertThat(recorder.calls()).allMatch(call -> call.events() == Events.ERROR);
        loop.del(pair[0]);
        assertIdle();
    }

    @Test
    void addOfAClosedFdIsEexistUntilItIsDeleted() throws Exception {
        int fd = highPair()[0];
        loop.add(fd, Events.READ, recorder, null);
        fds.close(fd);
        for (int i = 0; i < 2; i++) {
            assertErrno("EEXIST", () -> loop.add(fd, Events.READ, recorder, null));
            loop.run(0);
        }
        loop.del(fd);
        assertErrno("EBADF", () -> loop.add(fd, Events.READ, recorder, null));
        assertThat(loop.size()).isZero();
    }

    @Test
    void aMaskedFdThatWasClosedIsRefusedByModAndCanBeDeleted() throws Exception {
        int[] pair = highPair();
        loop.add(pair[0], 0, recorder, null);
        fds.close(pair[0]);
        assertIdle();
        assertErrno("EBADF", () -> loop.mod(pair[0], Events.READ));
        loop.mod(pair[0], 0);
        loop.del(pair[0]);
        assertThat(loop.size()).isZero();
        assertThat(recorder.count()).isZero();
    }

    /** A duplicate keeps the file of the closed fd open, and some kernels keep watching it. */
    @Test
    void aFileThatLivesOnInADuplicateNeitherSpinsNorIsHeardOnceDeleted() throws Exception {
        int[] old = highPair();
        int[] other = fds.pair();
        fds.duplicate(old[0]);
        loop.add(old[0], Events.READ, recorder, "old");
        loop.add(other[0], Events.READ, recorder, "other");
        fds.close(old[0]);
        loop.del(old[0]);
        fds.send(old[1], "x");
        fds.close(old[1]);
        loop.run(0);
        assertIdle();
        assertThat(recorder.count()).isZero();
        fds.send(other[1], "x");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.fds()).containsExactly(other[0]);
        fds.receive(other[0]);
        for (int i = 0; i < 20; i++) {
            Future<?> waking = elsewhere(this::wakeSoon);
            assertThat(loop.run(-1)).isZero(); // hangs if the wake-up was lost with the file
            get(waking);
        }
    }

    /** Lets a backend rebuild its table to drop that file. */
    @Test
    void suchAFileLeavesOneshotsAndMaskedFdsAsTheyWere() throws Exception {
        assumeCapability(Capability.ONESHOT);
        int[] armed = fds.pair();
        int fired = readable();
        int masked = readable();
        int oneshot = Events.READ | Events.ONESHOT;
        loop.add(fired, oneshot, recorder, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        loop.add(armed[0], oneshot, recorder, null);
        loop.add(masked, 0, recorder, null);
        int[] old = highPair();
        fds.duplicate(old[0]);
        loop.add(old[0], Events.READ, recorder, "old");
        fds.close(old[0]);
        loop.del(old[0]);
        fds.close(old[1]);
        loop.run(0);
        assertIdle();

        recorder.forget();
        loop.mod(fired, oneshot);
        loop.mod(masked, oneshot);
        fds.send(armed[1], "x");
        runUntil(() -> recorder.count() == 3);
        assertThat(recorder.fds()).containsExactlyInAnyOrder(armed[0], fired, masked);
        assertIdle();
    }

    private Object wakeSoon() {
        LockSupport.parkNanos(2_000_000); // the loop is mostly waiting by then
        loop.wakeup();
        return null;
    }

    @Test
    void closingAllFdsWithoutDelLeavesALoopThatWorks() throws Exception {
        List<int[]> dead = new ArrayList<>();
        for (int i = 0; i < 70; i++) {
            dead.add(highPair());
            loop.add(dead.get(i)[0], Events.READ | Events.WRITE, recorder, null);
        }
        for (int[] pair : dead) {
            fds.close(pair[0]);
            fds.close(pair[1]);
        }
        loop.run(0);
        assertIdle();
        int[] pair = fds.pair();
        recorder.forget();
        loop.add(pair[0], Events.WRITE, recorder, "new");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.calls())
                .containsExactly(new Recorder.Call(pair[0], Events.WRITE, "new"));
    }
}
