package dev.eventloop.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** After EINTR the loop waits for the rest of the time. The contract tests real signals. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has epoll")
@Tag("fast")
final class SignalDoesNotEndTheWaitTest extends EpollCase {
    @Test
    void howeverOftenItComes() throws Exception {
        AtomicInteger left = new AtomicInteger(7);
        EventLoop loop = loopOver(TappedKernel.answering("epollPwait2", () -> interrupt(left)));
        assertNeverEarly(loop, 10);
        assertThat(left.get()).isZero();
    }

    @Test
    void norIsAnEventLostToIt() throws Exception {
        AtomicInteger left = new AtomicInteger(3);
        EventLoop loop = loopOver(TappedKernel.answering("epollWait", () -> interrupt(left)));
        loop.add(fds.pair()[0], Events.WRITE | Events.EDGE, (fd, events, attachment) -> {}, null);
        assertThat(loop.run(-1)).isEqualTo(1);
        assertThat(left).hasValue(0);
    }

    /** Returns -EINTR a few times, then the result of the kernel. */
    private static Integer interrupt(AtomicInteger left) {
        return left.get() > 0 && left.getAndDecrement() > 0 ? (Integer) (-Errno.EINTR) : null;
    }
}
