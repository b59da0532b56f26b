package dev.eventloop.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.Events;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.LinuxLibC;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The peer's half-close lasts: a wait that it ended without being asked for would spin. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has epoll")
@Tag("fast")
final class OnlyWhatIsAskedForEndsAWaitTest extends EpollCase {
    private static final LinuxLibC LIBC = (LinuxLibC) LibC.system();

    @Test
    void aHalfCloseDoesNotUnlessReadingIs() throws Exception {
        try (EpollPoller poller = new EpollPoller(LIBC, 4)) {
            int[] pair = fds.pair();
            poller.add(pair[0], Events.URGENT, pair[0]);
            fds.sockets().shutdownWrite(pair[1]);
            assertThat(poller.poll(0)).isZero();
            poller.mod(pair[0], Events.URGENT | Events.READ_HUP, pair[0]);
            assertThat(poller.poll(0)).isEqualTo(1);
            assertThat(poller.events(0)).isEqualTo(Events.READ_HUP);
        }
    }
}
