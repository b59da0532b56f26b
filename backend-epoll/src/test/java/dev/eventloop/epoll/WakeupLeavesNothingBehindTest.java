package dev.eventloop.epoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.LinuxLibC;
import dev.eventloop.testkit.OpenFds;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The poller's eventfd is edge-triggered and never read. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has epoll")
@Tag("fast")
final class WakeupLeavesNothingBehindTest extends EpollCase {
    private static final LinuxLibC LIBC = (LinuxLibC) LibC.system();

    private static void assertWaits(EpollPoller poller) throws Exception {
        long start = System.nanoTime();
        assertThat(poller.poll(10_000_000)).isZero();
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(10_000_000);
    }

    @Test
    void manyAreOneAndTheNextWaitIsWhole() throws Exception {
        for (int maxEvents : new int[] {1, 2, 256}) {
            try (EpollPoller poller = new EpollPoller(LIBC, maxEvents)) {
                assertWaits(poller);
                for (int round = 0; round < 3; round++) {
                    for (int i = 0; i < 100; i++) {
                        poller.wakeup();
                    }
                    assertThat(poller.poll(-1)).isZero();
                    assertWaits(poller);
                }
            }
        }
    }

    @Test
    void itIsStillThereAfterReset() throws Exception {
        try (EpollPoller poller = new EpollPoller(LIBC, 4)) {
            poller.wakeup();
            poller.poll(-1);
            poller.reset();
            poller.poll(0); // the new epoll instance may report the old writes once
            assertWaits(poller);
            poller.wakeup();
            assertThat(poller.poll(-1)).isZero();
            assertWaits(poller);
        }
    }

    @Test
    void noEntryIsLostOrDoubledWhereverTheWakeupStandsAmongThem() throws Exception {
        int ready = 4;
        for (int position = 0; position <= ready; position++) {
            try (EpollPoller poller = new EpollPoller(LIBC, 16)) {
                Map<Long, Integer> expected = new HashMap<>();
                for (int i = 0; i < ready; i++) {
                    if (i == position) {
                        poller.wakeup();
                    }
                    int[] pair = fds.pair();
                    int interest = i % 2 == 0 ? Events.WRITE : Events.READ | Events.WRITE;
                    fds.send(pair[1], "x");
                    long token = 77L << 32 | pair[0];
                    poller.add(pair[0], interest, token);
                    expected.put(token, interest);
                }
                if (position == ready) {
                    poller.wakeup();
                }
                Map<Long, Integer> reported = new HashMap<>();
                int count = poller.poll(-1);
                for (int i = 0; i < count; i++) {
                    reported.put(poller.token(i), poller.events(i));
                }
                assertThat(count).isEqualTo(ready);
                assertThat(reported).isEqualTo(expected);
            }
        }
    }

    @Test
    void theEntryInItsPlaceIsNotTakenForItInTheNextWait() throws Exception {
        try (EpollPoller poller = new EpollPoller(LIBC, 16)) {
            int fd = fds.pair()[0];
            poller.add(fd, Events.WRITE, fd);
            poller.wakeup();
            assertThat(poller.poll(-1)).isEqualTo(1);
            for (int wait = 0; wait < 3; wait++) {
                assertThat(poller.poll(-1)).isEqualTo(1);
                assertThat(poller.token(0)).isEqualTo(fd);
            }
        }
    }

    @Test
    void aPollerThatCannotBeMadeLeaksNothing() throws Exception {
        int before = OpenFds.count();
        for (int i = 0; i < 100; i++) {
            LinuxLibC full = TappedKernel.answering("eventfd", () -> -Errno.EMFILE);
            assertThatThrownBy(() -> new EpollPoller(full, 4)).hasMessageContaining("EMFILE");
            LinuxLibC scarce = TappedKernel.answering("epollCtl", () -> -Errno.ENOMEM);
            assertThatThrownBy(() -> new EpollPoller(scarce, 4)).hasMessageContaining("ENOMEM");
        }
        assertThat(OpenFds.count()).isLessThan(before + 20);
    }
}
