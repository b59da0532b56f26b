package dev.eventloop.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** linux/eventpoll.h: EPOLL_PACKED is defined for x86-64 only. */
@Timeout(60)
@Tag("fast")
final class EpollEventLayoutTest {
    @Test
    void isPackedOnX8664() {
        for (String architecture : new String[] {"amd64", "x86_64"}) {
            EpollEventLayout layout = EpollEventLayout.of(architecture);
            assertThat(layout.size()).isEqualTo(12);
            assertThat(layout.data()).isEqualTo(4);
        }
    }

    @Test
    void isAlignedElsewhere() {
        for (String architecture : new String[] {"aarch64", "arm64", "riscv64", "s390x"}) {
            EpollEventLayout layout = EpollEventLayout.of(architecture);
            assertThat(layout.size()).isEqualTo(16);
            assertThat(layout.data()).isEqualTo(8);
        }
    }

    @Test
    void isThatOfTheMachine() {
        assertThat(EpollEventLayout.ofThisMachine())
                .isEqualTo(EpollEventLayout.of(System.getProperty("os.arch")));
    }
}
