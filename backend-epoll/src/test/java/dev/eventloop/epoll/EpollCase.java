package dev.eventloop.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.libc.LinuxLibC;
import dev.eventloop.testkit.OpenFds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** Base of the tests: opens fds and loops, and closes them after the test. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class EpollCase {
    static final int LONG_MILLIS = 30_000;

    final OpenFds fds = new OpenFds();
    private final List<EventLoop> loops = new ArrayList<>();

    @AfterEach
    void closeEverything() {
        loops.forEach(EventLoop::close);
        fds.close();
    }

    EventLoop loopOver(LinuxLibC libc) throws Exception {
        EventLoop loop =
                EventLoop.over(
                        new EpollPoller(libc, EventLoopOptions.DEFAULT_MAX_EVENTS),
                        EventLoopOptions.defaults());
        loops.add(loop);
        return loop;
    }

    /** Runs a wait without events, which must last for the whole timeout. */
    static void assertNeverEarly(EventLoop loop, int millis) throws Exception {
        long start = System.nanoTime();
        assertThat(loop.run(millis)).isZero();
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(millis * 1_000_000L);
    }
}
