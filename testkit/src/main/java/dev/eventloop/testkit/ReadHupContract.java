package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.Capability;
import dev.eventloop.Events;
import org.junit.jupiter.api.Test;

/** READ_HUP: the peer has closed its sending half. */
abstract class ReadHupContract extends ContractCase {
    /** READ_HUP reports the peer's close to a loop that has not read all bytes yet. */
    @Test
    void readHupCanBeAskedForWithoutRead() throws Exception {
        assumeCapability(Capability.READ_HUP);
        int[] pair = fds.pair();
        fds.fill(pair[0]);
        loop.add(pair[0], Events.WRITE | Events.READ_HUP, recorder, null);
        fds.send(pair[1], "unread");
        assertSilent();
        sockets.shutdownWrite(pair[1]);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.lastEvents()).isEqualTo(Events.READ_HUP);
    }

    @Test
    void readHupWithoutReadIsReportedForAsLongAsItHolds() throws Exception {
        assumeCapability(Capability.READ_HUP);
        int[] pair = fds.pair();
        loop.add(pair[0], Events.WRITE | Events.READ_HUP, recorder, null);
        fds.send(pair[1], "unread");
        sockets.shutdownWrite(pair[1]);
        for (int i = 0; i < 3; i++) {
            loop.run(LONG_MILLIS);
            assertThat(recorder.lastEvents()).isEqualTo(Events.WRITE | Events.READ_HUP);
        }
        fds.fill(pair[0]);
        loop.run(LONG_MILLIS);
        assertThat(recorder.lastEvents()).isEqualTo(Events.READ_HUP);
    }

    @Test
    void readHupGoesOnAsReadImpliesIt() throws Exception {
        assumeCapability(Capability.READ_HUP);
        int[] pair = fds.pair();
        loop.add(pair[0], Events.READ | Events.READ_HUP, recorder, null);
        loop.mod(pair[0], Events.READ);
        assertSilent();
        fds.send(pair[1], "x");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        loop.mod(pair[0], Events.WRITE | Events.READ_HUP);
        loop.run(LONG_MILLIS);
        assertThat(recorder.lastEvents()).isEqualTo(Events.WRITE);
        loop.mod(pair[0], Events.READ);
        for (int i = 0; i < 2; i++) {
            assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
            assertThat(recorder.lastEvents()).isEqualTo(Events.READ);
        }
    }

    /** A hang-up is reported by every wait to an fd that can neither write nor wants to read. */
    @Test
    void readHupAloneIsRepeatedUnlessAskedForOnce() throws Exception {
        assumeCapability(Capability.READ_HUP);
        for (boolean close : new boolean[] {true, false}) {
            int[] pair = fds.pair();
            fds.fill(pair[0]);
            loop.add(pair[0], Events.WRITE | Events.READ_HUP, recorder, null);
            assertSilent();
            if (close) {
                fds.close(pair[1]);
            } else {
                sockets.shutdownWrite(pair[1]);
            }
            for (int i = 0; i < 3; i++) {
                assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
                assertThat(has(recorder.lastEvents(), Events.READ_HUP)).isTrue();
            }
            if (loop.capabilities().contains(Capability.EDGE_TRIGGERED)) {
                loop.mod(pair[0], Events.WRITE | Events.READ_HUP | Events.EDGE);
                assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
                assertThat(has(recorder.lastEvents(), Events.READ_HUP)).isTrue();
                assertSilent();
            }
            loop.del(pair[0]);
        }
    }

    /** Reading is paused, and there is nothing to write. */
    @Test
    void readHupCanBeTheWholeInterest() throws Exception {
        assumeCapability(Capability.READ_HUP);
        for (int[] stream : new int[][] {fds.pair(), fds.connection()}) {
            recorder.forget();
            loop.add(stream[0], Events.READ_HUP, recorder, null);
            assertIdle();
            fds.send(stream[1], "unread");
            assertIdle();
            sockets.shutdownWrite(stream[1]);
            for (int i = 0; i < 3; i++) {
                assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
                assertThat(recorder.lastEvents()).isEqualTo(Events.READ_HUP);
            }
            loop.mod(stream[0], Events.READ);
            assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
            assertThat(fds.receive(stream[0])).isEqualTo("unread");
            assertThat(fds.receive(stream[0])).isEmpty();
            loop.del(stream[0]);
        }
    }

    @Test
    void readHupAloneTellsOfAReset() throws Exception {
        assumeCapability(Capability.READ_HUP);
        int[] tcp = fds.connection();
        loop.add(tcp[0], Events.READ_HUP, recorder, null);
        assertSilent();
        fds.reset(tcp[1]);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(hasAny(recorder.lastEvents(), Events.ERROR | Events.HUP)).isTrue();
        assertThat(hasAny(recorder.lastEvents(), Events.READ | Events.WRITE)).isFalse();
    }

    @Test
    void pausingAndResumingReadingLosesNeitherBytesNorTheEnd() throws Exception {
        assumeCapability(Capability.READ_HUP);
        int[] tcp = fds.connection();
        loop.add(tcp[0], Events.READ, recorder, null);
        for (int i = 0; i < 5; i++) {
            loop.mod(tcp[0], Events.READ_HUP);
            fds.send(tcp[1], "x");
            assertSilent();
            loop.mod(tcp[0], Events.READ);
            assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
            assertThat(fds.receive(tcp[0])).isEqualTo("x");
        }
        loop.mod(tcp[0], Events.READ_HUP);
        fds.close(tcp[1]);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(has(recorder.lastEvents(), Events.READ_HUP)).isTrue();
    }

    @Test
    void readHupAloneCanBeAskedForOnceOrAtEdges() throws Exception {
        assumeCapability(Capability.READ_HUP);
        for (int modifier : new int[] {Events.ONESHOT, Events.EDGE}) {
            if (modifier == Events.EDGE
                    && !loop.capabilities().contains(Capability.EDGE_TRIGGERED)) {
                continue;
            }
            int[] pair = fds.pair();
            loop.add(pair[0], Events.READ_HUP | modifier, recorder, null);
            fds.send(pair[1], "unread");
            assertSilent();
            sockets.shutdownWrite(pair[1]);
            assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
            assertThat(recorder.lastEvents()).isEqualTo(Events.READ_HUP);
            assertSilent();
            loop.mod(pair[0], Events.READ_HUP | modifier);
            assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
            loop.del(pair[0]);
        }
    }

    @Test
    void aBackendThatCannotTellRefusesIt() throws Exception {
        if (!loop.capabilities().contains(Capability.READ_HUP)) {
            int fd = fds.pair()[0];
            assertThatThrownBy(() -> loop.add(fd, Events.READ_HUP, recorder, null))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessage(
                            "READ_HUP is not supported by the " + loop.backendName() + " backend");
        }
    }
}
