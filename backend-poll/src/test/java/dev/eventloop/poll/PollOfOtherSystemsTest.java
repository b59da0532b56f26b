package dev.eventloop.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.eventloop.Capability;
import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.libc.LibC;
import dev.eventloop.testkit.OpenFds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Systems whose poll(2) lacks POLLRDHUP or limits the number of fds. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
final class PollOfOtherSystemsTest {
    private final OpenFds fds = new OpenFds();

    @AfterEach
    void closeEverything() {
        fds.close();
    }

    @Test
    void aHalfCloseIsACapabilityWhereThereIsABitForIt() {
        assertThat(PollPoller.supported(0)).containsExactly(Capability.ONESHOT);
        for (int bit : new int[] {0x2000, 0x4000}) {
            assertThat(PollPoller.supported(bit))
                    .containsExactlyInAnyOrder(Capability.ONESHOT, Capability.READ_HUP);
        }
    }

    @Test
    void oneFdTooManyIsEinvalAtAddAndHurtsNoOther() throws Exception {
        int[] first = fds.pair();
        int[] second = fds.pair();
        try (PollPoller poller = new PollPoller(LibC.system(), 8, 2)) {
            poller.add(first[0], Events.READ, 1);
            assertThatExceptionOfType(ErrnoException.class)
                    .isThrownBy(() -> poller.add(second[0], Events.READ, 2))
                    .withMessageContaining("takes 2 file descriptors (EINVAL)")
                    .satisfies(e -> assertThat(e.errnoName()).isEqualTo("EINVAL"));
            fds.send(first[1], "x");
            assertThat(poller.poll(-1)).isEqualTo(1);
            assertThat(poller.token(0)).isEqualTo(1);
            poller.del(first[0]);
            poller.add(second[0], Events.READ, 2);
            fds.send(second[1], "x");
            assertThat(poller.poll(-1)).isEqualTo(1);
            assertThat(poller.token(0)).isEqualTo(2);
        }
    }
}
