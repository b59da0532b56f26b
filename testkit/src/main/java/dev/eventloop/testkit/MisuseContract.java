package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.Capability;
import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.Events;
import org.junit.jupiter.api.Test;

/** Calls that add, mod and del refuse, after which the loop still works. */
abstract class MisuseContract extends ContractCase {
    @Test
    void addOfARegisteredFdIsEexist() throws Exception {
        int[] pair = fds.pair();
        loop.add(pair[0], Events.READ, recorder, "first");
        assertErrno("EEXIST", () -> loop.add(pair[0], Events.WRITE, recorder, "second"));
        assertThatThrownBy(() -> loop.add(pair[0], Events.READ, recorder, "second"))
                .hasMessage("fd %d is already registered; use mod", pair[0]);
        assertThat(loop.size()).isEqualTo(1);

        fds.send(pair[1], "x");
        loop.run(LONG_MILLIS);
        assertThat(recorder.calls()).containsExactly(new Recorder.Call(pair[0], 1, "first"));
    }

    @Test
    void addOfAMaskedFdIsEexist() throws Exception {
        int[] pair = fds.pair();
        loop.add(pair[0], 0, recorder, null);
        assertErrno("EEXIST", () -> loop.add(pair[0], Events.READ, recorder, null));
        assertErrno("EEXIST", () -> loop.add(pair[0], 0, recorder, null));
    }

    @Test
    void modOfAnUnregisteredFdIsEnoent() throws Exception {
        int[] pair = fds.pair();
        assertErrno("ENOENT", () -> loop.mod(pair[0], Events.READ));
        assertErrno("ENOENT", () -> loop.mod(pair[0], 0));
        assertErrno("ENOENT", () -> loop.mod(-1, Events.READ));
        assertErrno("ENOENT", () -> loop.mod(Integer.MAX_VALUE, Events.READ));
        loop.add(pair[0], Events.READ, recorder, null);
        loop.del(pair[0]);
        assertErrno("ENOENT", () -> loop.mod(pair[0], Events.READ));
    }

    @Test
    void delOfAnUnregisteredFdIsEnoent() throws Exception {
        int[] pair = fds.pair();
        assertErrno("ENOENT", () -> loop.del(pair[0]));
        assertErrno("ENOENT", () -> loop.del(-1));
        assertErrno("ENOENT", () -> loop.del(Integer.MAX_VALUE));
        loop.add(pair[0], Events.READ, recorder, null);
        loop.del(pair[0]);
        assertErrno("ENOENT", () -> loop.del(pair[0]));
    }

    @Test
    void negativeAndClosedFdsAreEbadf() {
        int closed = fds.closedNumber();
        for (int fd : new int[] {-1, Integer.MIN_VALUE, closed}) {
            assertErrno("EBADF", () -> loop.add(fd, Events.READ, recorder, null));
            assertErrno("EBADF", () -> loop.add(fd, 0, recorder, null));
        }
        assertThat(loop.size()).isZero();
    }

    @Test
    void hugeNumbersAreEbadfAndCostNoMemory() {
        for (int fd : new int[] {Integer.MAX_VALUE, Integer.MAX_VALUE / 2}) {
            assertErrno("EBADF", () -> loop.add(fd, Events.READ, recorder, null));
            assertErrno("EBADF", () -> loop.add(fd, 0, recorder, null));
        }
    }

    @Test
    void filesAndDirectoriesAreEperm() {
        String file = System.getProperty("java.home") + "/release";
        for (String path : new String[] {file, "/", "/dev/null"}) {
            int fd = fds.file(path);
            assertErrno("EPERM", () -> loop.add(fd, Events.READ, recorder, null));
            assertErrno("EPERM", () -> loop.add(fd, Events.WRITE, recorder, null));
            assertErrno("EPERM", () -> loop.add(fd, 0, recorder, null));
        }
        assertThat(loop.size()).isZero();
    }

    @Test
    void senselessInterestsAreIllegalArguments() throws Exception {
        int[] pair = fds.pair();
        loop.add(pair[1], Events.READ, recorder, null);
        int[] senseless = {
            Events.ERROR | Events.READ,
            Events.HUP | Events.READ,
            Events.EDGE,
            Events.ONESHOT,
            Events.READ | 1 << 20,
            -1
        };
        for (int interest : senseless) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> loop.add(pair[0], interest, recorder, null))
                    .withMessageContaining(Events.toString(interest));
            assertThatIllegalArgumentException().isThrownBy(() -> loop.mod(pair[1], interest));
        }
        assertThat(loop.size()).isEqualTo(1);
    }

    @Test
    void anyNumberOfMaxEventsIsTaken() throws Exception {
        open(defaults.maxEvents(Integer.MAX_VALUE)).run(0);
    }

    @Test
    void maxEventsMustBePositive() {
        for (int maxEvents : new int[] {0, -1, Integer.MIN_VALUE}) {
            assertThatIllegalArgumentException().isThrownBy(() -> defaults.maxEvents(maxEvents));
            assertThatIllegalArgumentException().isThrownBy(() -> EventLoop.create(maxEvents));
        }
        assertThat(EventLoopOptions.DEFAULT_MAX_EVENTS).isPositive();
    }

    @Test
    void aModifierIsTakenOrRefusedAsCapabilitiesSay() throws Exception {
        assertTakenOrRefused(Events.EDGE, Capability.EDGE_TRIGGERED);
        assertTakenOrRefused(Events.ONESHOT, Capability.ONESHOT);
        assertTakenOrRefused(Events.EXCLUSIVE, Capability.EXCLUSIVE);
        assertTakenOrRefused(Events.READ_HUP, Capability.READ_HUP);
    }

    private void assertTakenOrRefused(int modifier, Capability capability) throws Exception {
        int fd = fds.pair()[0];
        if (loop.capabilities().contains(capability)) {
            loop.add(fd, Events.READ | modifier, recorder, null);
            assertSilent();
            loop.del(fd);
        } else {
            assertThatThrownBy(() -> loop.add(fd, Events.READ | modifier, recorder, null))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining(Events.toString(modifier))
                    .hasMessageContaining(loop.backendName());
        }
        assertThat(loop.size()).isZero();
    }

    @Test
    void exclusiveIsForAddOnlyAndGoesWithoutOneshot() throws Exception {
        assumeCapability(Capability.EXCLUSIVE);
        int[] pair = fds.pair();
        int exclusive = Events.READ | Events.EXCLUSIVE;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> loop.add(pair[0], exclusive | Events.ONESHOT, recorder, null));
        loop.add(pair[0], exclusive, recorder, null);
        loop.add(pair[1], Events.READ, recorder, null);
        assertThatIllegalArgumentException().isThrownBy(() -> loop.mod(pair[0], Events.READ));
        assertThatIllegalArgumentException().isThrownBy(() -> loop.mod(pair[0], 0));
        assertThatIllegalArgumentException().isThrownBy(() -> loop.mod(pair[1], exclusive));

        fds.send(pair[1], "x"); // the registration still works
        loop.run(LONG_MILLIS);
        assertThat(recorder.fds()).containsExactly(pair[0]);
    }
}
