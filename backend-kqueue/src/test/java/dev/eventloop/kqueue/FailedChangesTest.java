package dev.eventloop.kqueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Errors of changes in kevent(2), and what the poller makes of them. */
@Tag("fast")
final class FailedChangesTest extends KqueueCase {
    private static final int BOTH = Events.READ | Events.WRITE;

    /** kevent(2): "all changes in the changelist have been applied". */
    @Test
    void interruptedChangesWereApplied() throws Exception {
        EventLoop loop = newLoop(16);
        int[] pair = fds.pair();
        fds.send(pair[1], "x");
        kqueue.tap =
                (changes, count, kernel, arguments) -> {
                    TappedKqueue.call(kernel, arguments);
                    return -Errno.EINTR;
                };
        loop.add(pair[0], BOTH, this::hear, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        loop.mod(pair[0], Events.READ);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        loop.del(pair[0]);
        assertThat(loop.run(0)).isZero();
        assertThat(heard).containsExactly(BOTH, Events.READ);
    }

    @Test
    void anAddThatFailsByHalfLeavesNothingBehind() throws Exception {
        EventLoop loop = newLoop(16);
        int[] pair = fds.pair();
        fds.send(pair[1], "x");
        kqueue.tap =
                (changes, count, kernel, arguments) -> {
                    int receipts = TappedKqueue.call(kernel, arguments);
                    TappedKqueue.fail(changes, 1, Errno.ENOMEM);
                    kqueue.tap = null;
                    return receipts;
                };
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> loop.add(pair[0], BOTH, this::hear, null))
                .withMessageStartingWith("add fd " + pair[0])
                .matches(e -> e.errnoName().equals("ENOMEM"));
        assertThat(loop.size()).isZero();
        assertThat(loop.run(0)).isZero();
        loop.add(pair[0], BOTH, this::hear, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(heard).containsExactly(BOTH);
    }

    @Test
    void whatTheKernelDoesNotKnowAnyMoreIsNoErrorToDelete() throws Exception {
        EventLoop loop = newLoop(16);
        for (int errno : new int[] {Errno.ENOENT, Errno.EBADF}) {
            int[] pair = fds.pair();
            loop.add(pair[0], BOTH, this::hear, null);
            kqueue.tap =
                    (changes, count, kernel, arguments) -> {
                        int receipts = TappedKqueue.call(kernel, arguments);
                        TappedKqueue.fail(changes, 0, errno);
                        TappedKqueue.fail(changes, 1, errno);
                        return receipts;
                    };
            loop.del(pair[0]);
            kqueue.tap = null;
            assertThat(loop.size()).isZero();
        }
    }

    /** The poller reads the remaining receipts too. */
    @Test
    void anErrorBesideABrokenPipesIsTold() throws Exception {
        EventLoop loop = newLoop(16);
        int[] pair = fds.pair();
        kqueue.tap =
                (changes, count, kernel, arguments) -> {
                    int receipts = TappedKqueue.call(kernel, arguments);
                    TappedKqueue.fail(changes, 0, Errno.EPIPE);
                    TappedKqueue.fail(changes, 1, Errno.ENOMEM);
                    kqueue.tap = null;
                    return receipts;
                };
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> loop.add(pair[0], BOTH, this::hear, null))
                .matches(e -> e.errnoName().equals("ENOMEM"));
    }
}
