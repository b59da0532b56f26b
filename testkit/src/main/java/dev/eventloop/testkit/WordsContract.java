package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.eventloop.Capability;
import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.Events;
import dev.eventloop.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Error messages are the same on every backend, except for the backend's name. */
abstract class WordsContract extends ContractCase {
    private static final int ALL_THAT_COMES = Events.READ | Events.EDGE | Events.URGENT;

    private static void assertSays(
            Class<? extends Throwable> kind, String words, ThrowingCallable call) {
        assertThat(catchThrowable(call)).isExactlyInstanceOf(kind).hasMessage(words);
    }

    /** Asserts the name of the errno, the operation and the message. */
    private static void assertErrnoSays(
            String errno, String operation, String words, ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).isInstanceOf(ErrnoException.class).hasMessage(words);
        ErrnoException e = (ErrnoException) thrown;
        assertThat(e.errnoName()).isEqualTo(errno);
        assertThat(e.operation()).isEqualTo(operation);
        assertThat(e.errno()).isPositive();
    }

    @Test
    void ofAnFdThatIsRegistered() throws Exception {
        int fd = fds.pair()[0];
        for (int interest : new int[] {Events.READ, 0}) {
            loop.add(fd, interest, recorder, null);
            for (int again : new int[] {Events.READ, Events.WRITE, 0}) {
                assertErrnoSays(
                        "EEXIST",
                        "add",
                        "fd " + fd + " is already registered; use mod",
                        () -> loop.add(fd, again, recorder, null));
            }
            loop.del(fd);
        }
    }

    @Test
    void ofAnFdThatIsNotRegistered() throws Exception {
        for (int fd : new int[] {fds.pair()[0], fds.closedNumber(), -1, Integer.MAX_VALUE}) {
            String unknown = "fd " + fd + " is not registered; ";
            assertErrnoSays("ENOENT", "mod", unknown + "use add", () -> loop.mod(fd, Events.READ));
            assertErrnoSays("ENOENT", "mod", unknown + "use add", () -> loop.mod(fd, 0));
            assertErrnoSays(
                    "ENOENT", "del", unknown + "there is nothing to delete", () -> loop.del(fd));
            assertErrnoSays(
                    "ENOENT",
                    "delBeforeClose",
                    unknown + "there is nothing to delete",
                    () -> loop.delBeforeClose(fd));
        }
    }

    @Test
    void ofANumberThatIsNoFd() {
        for (int interest : new int[] {Events.READ, Events.WRITE, 0}) {
            for (int fd : new int[] {-1, Integer.MIN_VALUE}) {
                assertErrnoSays(
                        "EBADF",
                        "add",
                        "fd " + fd + " is not a file descriptor",
                        () -> loop.add(fd, interest, recorder, null));
            }
            for (int fd : new int[] {fds.closedNumber(), Integer.MAX_VALUE}) {
                assertErrnoSays(
                        "EBADF",
                        "add",
                        "add fd " + fd + ": Bad file descriptor (EBADF)",
                        () -> loop.add(fd, interest, recorder, null));
            }
        }
    }

    @Test
    void ofWhatIsAlwaysReady() {
        for (String path : new String[] {"/", "/dev/null"}) {
            int fd = fds.file(path);
            for (int interest : new int[] {Events.READ, Events.WRITE, 0}) {
                assertErrnoSays(
                        "EPERM",
                        "add",
                        "add fd "
                                + fd
                                + ": Operation not permitted (EPERM); files, directories and memory"
                                + " devices are always ready and cannot be watched",
                        () -> loop.add(fd, interest, recorder, null));
            }
        }
    }

    @Test
    void ofAFlagThatTheBackendLacks() throws Exception {
        int[] pair = fds.pair();
        loop.add(pair[1], Events.READ, recorder, null);
        Map<Integer, Capability> needed =
                Map.of(
                        Events.EDGE, Capability.EDGE_TRIGGERED,
                        Events.ONESHOT, Capability.ONESHOT,
                        Events.EXCLUSIVE, Capability.EXCLUSIVE,
                        Events.READ_HUP, Capability.READ_HUP);
        needed.forEach(
                (flag, capability) -> {
                    if (loop.capabilities().contains(capability)) {
                        return;
                    }
                    String words =
                            "%s is not supported by the %s backend"
                                    .formatted(Events.toString(flag), loop.backendName());
                    Class<UnsupportedOperationException> kind = UnsupportedOperationException.class;
                    int interest = Events.WRITE | flag;
                    assertSays(kind, words, () -> loop.add(pair[0], interest, recorder, null));
                    assertSays(kind, words, () -> loop.add(-1, interest, recorder, null));
                    assertSays(kind, words, () -> loop.mod(pair[1], interest));
                });
        assertThat(loop.size()).isEqualTo(1);
    }

    @Test
    void ofUrgentDataThatTheBackendDoesNotTell() throws Exception {
        assumeCapability(Capability.EDGE_TRIGGERED);
        if (!loop.capabilities().contains(Capability.URGENT)) {
            assertSays(
                    UnsupportedOperationException.class,
                    "URGENT is not supported by the " + loop.backendName() + " backend",
                    () -> loop.add(fds.pair()[0], ALL_THAT_COMES, recorder, null));
        }
    }

    @Test
    void ofAnInterestThatMakesNoSense() throws Exception {
        int[] pair = fds.pair();
        loop.add(pair[1], Events.READ, recorder, null);
        String exclusive = " is invalid: EXCLUSIVE can be combined with READ, WRITE and EDGE only";
        String urgent = " is invalid: URGENT requires READ and EDGE, and excludes EXCLUSIVE";
        Map<Integer, String> senseless =
                Map.of(
                        Events.READ | Events.ERROR,
                        "READ|ERROR holds ERROR, which cannot be requested",
                        Events.WRITE | Events.HUP | 1 << 20,
                        "WRITE|HUP|0x100000 holds HUP|0x100000, which cannot be requested",
                        Events.EDGE,
                        "EDGE needs READ, WRITE or READ_HUP, unless it is 0",
                        Events.EDGE | Events.ONESHOT,
                        "EDGE|ONESHOT needs READ, WRITE or READ_HUP, unless it is 0",
                        Events.READ | Events.ONESHOT | Events.EXCLUSIVE,
                        "READ|ONESHOT|EXCLUSIVE" + exclusive,
                        Events.READ | Events.READ_HUP | Events.EXCLUSIVE,
                        "READ|READ_HUP|EXCLUSIVE" + exclusive,
                        Events.READ | Events.URGENT,
                        "READ|URGENT" + urgent,
                        Events.WRITE | Events.URGENT | Events.EDGE,
                        "WRITE|URGENT|EDGE" + urgent,
                        Events.READ | Events.URGENT | Events.EDGE | Events.EXCLUSIVE,
                        "READ|URGENT|EDGE|EXCLUSIVE" + urgent);
        senseless.forEach(
                (interest, why) -> {
                    Class<IllegalArgumentException> kind = IllegalArgumentException.class;
                    String words = "interest " + why;
                    assertSays(kind, words, () -> loop.add(pair[0], interest, recorder, null));
                    assertSays(kind, words, () -> loop.mod(pair[1], interest));
                });
    }

    @Test
    void ofAnExclusiveFdThatIsChanged() throws Exception {
        assumeCapability(Capability.EXCLUSIVE);
        int[] pair = fds.pair();
        loop.add(pair[0], Events.READ | Events.EXCLUSIVE, recorder, null);
        loop.add(pair[1], Events.READ, recorder, null);
        String words = ": mod cannot change EXCLUSIVE; use del and add";
        Class<IllegalArgumentException> kind = IllegalArgumentException.class;
        for (int interest : new int[] {Events.READ, Events.WRITE, 0}) {
            assertSays(kind, "fd " + pair[0] + words, () -> loop.mod(pair[0], interest));
        }
        int exclusive = Events.READ | Events.EXCLUSIVE;
        assertSays(kind, "fd " + pair[1] + words, () -> loop.mod(pair[1], exclusive));
    }

    @Test
    void ofNumbersOfEventsThatFitNoWait() {
        for (int maxEvents : new int[] {0, -1, Integer.MIN_VALUE}) {
            String words = "maxEvents is " + maxEvents + "; it must be at least 1";
            Class<IllegalArgumentException> kind = IllegalArgumentException.class;
            assertSays(kind, words, () -> EventLoopOptions.defaults().maxEvents(maxEvents));
            assertSays(kind, words, () -> EventLoop.create(maxEvents));
        }
    }

    @Test
    void ofARunInsideACallback() throws Exception {
        List<Throwable> refused = new ArrayList<>();
        Runnable nested =
                () -> {
                    refused.add(catchThrowable(() -> loop.run(0)));
                    refused.add(catchThrowable(loop::runUntilStopped));
                };
        loop.add(
                readable(),
                Events.READ,
                (fd, events, attachment) -> {
                    loop.mod(fd, 0);
                    nested.run();
                },
                null);
        loop.execute(nested);
        loop.newTimer(nested).start(Duration.ZERO);
        loop.run(LONG_MILLIS);
        assertThat(refused)
                .hasSize(6)
                .allSatisfy(
                        thrown ->
                                assertThat(thrown)
                                        .isExactlyInstanceOf(IllegalStateException.class)
                                        .hasMessage(
                                                "run was called from inside a callback of this"
                                                        + " loop"));
    }

    @Test
    void ofAForeignThread() throws Exception {
        int[] pair = fds.pair();
        loop.add(pair[0], Events.READ, recorder, null);
        Timer timer = loop.newTimer(() -> {});
        CountDownLatch inside = new CountDownLatch(1);
        loop.execute(inside::countDown);
        Future<?> running =
                elsewhere(
                        () -> {
                            Thread.currentThread().setName("owner");
                            loop.runUntilStopped();
                            return null;
                        });
        assertThat(inside.await(LONG_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
        Thread.currentThread().setName("intruder");
        Map<String, ThrowingCallable> refused =
                Map.of(
                        "add an fd to", () -> loop.add(pair[1], Events.READ, recorder, null),
                        "change an fd of", () -> loop.mod(pair[0], Events.WRITE),
                        "delete an fd from", () -> loop.del(pair[0]),
                        "run", () -> loop.run(0),
                        "make a timer of", () -> loop.newTimer(() -> {}),
                        "start a timer of", () -> timer.start(Duration.ZERO),
                        "cancel a timer of", timer::cancel);
        refused.forEach(WordsContract::assertRefusesIntruder);
        assertRefusesIntruder("delete an fd from", () -> loop.delBeforeClose(pair[0]));
        loop.stop();
        get(running);
    }

    private static void assertRefusesIntruder(String what, ThrowingCallable call) {
        assertSays(
                IllegalStateException.class,
                "thread \"intruder\" must not "
                        + what
                        + " this loop while thread \"owner\" is inside run; use execute",
                call);
    }

    @Test
    void ofALoopThatIsClosed() {
        loop.close();
        Class<IllegalStateException> kind = IllegalStateException.class;
        assertSays(kind, "event loop is closed", () -> loop.run(0));
        assertSays(kind, "event loop is closed", () -> loop.add(-1, -1, null, null));
        assertSays(kind, "event loop is closed", () -> loop.mod(-1, -1));
        assertSays(kind, "event loop is closed", () -> loop.del(-1));
        assertSays(kind, "event loop is closed", loop::wakeup);
    }

    @Test
    void ofWhatIsMissing() {
        Class<NullPointerException> kind = NullPointerException.class;
        assertSays(kind, "callback", () -> loop.add(fds.pair()[0], Events.READ, null, null));
        assertSays(kind, "task", () -> loop.execute(null));
        assertSays(kind, "onExpiry", () -> loop.newTimer(null));
        assertThat(loop.size()).isZero();
    }
}
