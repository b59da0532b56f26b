package dev.eventloop.epoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.Timer;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.LinuxLibC;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Kernels before 5.11 refuse epoll_pwait2 with ENOSYS, and old seccomp filters with EPERM. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has epoll")
@Tag("fast")
final class RefusedPwait2FallsBackTest extends EpollCase {
    @Test
    void andIsNeverAskedAgain() throws Exception {
        for (int errno : new int[] {Errno.ENOSYS, Errno.EPERM}) {
            AtomicInteger asked = new AtomicInteger();
            EventLoop loop = loopOver(refusing(errno, asked));
            int[] pair = fds.pair();
            loop.add(pair[0], Events.READ, (fd, events, attachment) -> fds.receive(fd), null);
            for (int millis : new int[] {1, 2, 7, 0}) {
                assertNeverEarly(loop, millis);
            }
            fds.send(pair[1], "x");
            assertThat(loop.run(-1)).isEqualTo(1);
            loop.wakeup();
            assertThat(loop.run(-1)).isZero();
            assertThat(asked).hasValue(1);
        }
    }

    @Test
    void andNoEventOfTheRefusedWaitIsLost() throws Exception {
        for (int errno : new int[] {Errno.ENOSYS, Errno.EPERM}) {
            AtomicInteger asked = new AtomicInteger();
            EventLoop loop = loopOver(refusing(errno, asked));
            AtomicInteger called = new AtomicInteger();
            loop.add(
                    fds.pair()[0],
                    Events.WRITE | Events.EDGE,
                    (fd, events, attachment) -> called.incrementAndGet(),
                    null);
            assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
            assertThat(called).hasValue(1);
            assertThat(asked).hasValue(1);
        }
    }

    @Test
    void andTimersAreStillNeverEarly() throws Exception {
        assertTimersNeverEarly(loopOver(refusing(Errno.ENOSYS, new AtomicInteger())));
    }

    @Test
    void whereItIsThereItIsAskedEachTimeAndTimersAreNeverEarly() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        EventLoop loop =
                loopOver(
                        TappedKernel.answering(
                                "epollPwait2",
                                () -> {
                                    asked.incrementAndGet();
                                    return null;
                                }));
        assertTimersNeverEarly(loop);
        assertThat(asked.get()).isPositive();
    }

    private static void assertTimersNeverEarly(EventLoop loop) throws Exception {
        for (int micros = 1; micros < 2_500; micros += 83) {
            long[] at = new long[1];
            Timer timer = loop.newTimer(() -> at[0] = System.nanoTime());
            long start = System.nanoTime();
            timer.start(Duration.ofNanos(micros * 1_000L));
            while (at[0] == 0) {
                loop.run(-1);
            }
            assertThat(at[0] - start).isGreaterThanOrEqualTo(micros * 1_000L);
        }
    }

    @Test
    void anyOtherErrorIsTold() throws Exception {
        EventLoop loop = loopOver(TappedKernel.answering("epollPwait2", () -> -Errno.EINVAL));
        assertThatThrownBy(() -> loop.run(1))
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("EINVAL");
    }

    /** The poller itself, without the loop, which would wait again. */
    @Test
    void aWaitOfLessThanAMillisecondIsRoundedUp() throws Exception {
        LinuxLibC[] kernels = {
            (LinuxLibC) LibC.system(), refusing(Errno.ENOSYS, new AtomicInteger())
        };
        for (LinuxLibC libc : kernels) {
            try (EpollPoller poller = new EpollPoller(libc, 4)) {
                for (long nanos : new long[] {1, 999, 100_000, 999_999, 1_000_001, 3_000_000}) {
                    long start = System.nanoTime();
                    assertThat(poller.poll(nanos)).isZero();
                    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(nanos);
                }
            }
        }
    }

    private static LinuxLibC refusing(int errno, AtomicInteger asked) {
        return TappedKernel.answering(
                "epollPwait2",
                () -> {
                    asked.incrementAndGet();
                    return -errno;
                });
    }
}
