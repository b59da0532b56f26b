package dev.eventloop.epoll;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.LinuxLibC;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** del of an fd whose file is no longer watched does nothing; any other error is told. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has epoll")
@Tag("fast")
final class DeletingWhatIsGoneIsNoErrorTest extends EpollCase {
    private static final LinuxLibC LIBC = (LinuxLibC) LibC.system();

    @Test
    void whateverHasItsNumberNow() throws Exception {
        try (EpollPoller poller = new EpollPoller(LIBC, 4)) {
            int closed = fds.pair()[0];
            int otherFile = fds.pair()[0];
            int folder = fds.pair()[0];
            for (int fd : new int[] {closed, otherFile, folder}) {
                poller.add(fd, Events.READ, fd);
            }
            fds.close(closed);
            fds.replace(otherFile, fds.pair()[0]);
            fds.replace(folder, fds.file("/"));
            for (int fd : new int[] {closed, otherFile, folder}) {
                assertThatCode(() -> poller.del(fd)).doesNotThrowAnyException();
            }
        }
    }

    @Test
    void otherErrorsAreTold() throws Exception {
        int[] answers = {0, -Errno.ENOMEM}; // for the wake-up, and then
        int[] next = {0};
        LinuxLibC scarce = TappedKernel.answering("epollCtl", () -> answers[next[0]++]);
        try (EpollPoller poller = new EpollPoller(scarce, 4)) {
            int fd = fds.pair()[0];
            assertThatThrownBy(() -> poller.del(fd))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessage("del fd %d: Cannot allocate memory (ENOMEM)", fd);
        }
    }
}
