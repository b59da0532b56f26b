package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.Capability;
import dev.eventloop.EventCallback;
import dev.eventloop.Events;
import org.junit.jupiter.api.Test;

/** EDGE, ONESHOT and EXCLUSIVE; level-triggered is in {@link DeliveryContract}. */
abstract class TriggerContract extends ContractCase {
    private static final int EDGE_READ = Events.READ | Events.EDGE;
    private static final int ONESHOT_READ = Events.READ | Events.ONESHOT;

    @Test
    void edgeIsReportedOncePerChange() throws Exception {
        assumeCapability(Capability.EDGE_TRIGGERED);
        int[] pair = fds.pair();
        loop.add(pair[0], EDGE_READ, recorder, null);
        assertSilent();
        fds.send(pair[1], "a");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertSilent(); // although nothing was read
        fds.send(pair[1], "b");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(fds.receive(pair[0], 1)).isEqualTo("a");
        assertSilent(); // although "b" is left
    }

    @Test
    void edgeReportsWhatWasThereBeforeAdd() throws Exception {
        assumeCapability(Capability.EDGE_TRIGGERED);
        int[] pair = fds.pair();
        fds.send(pair[1], "x");
        loop.add(pair[0], EDGE_READ | Events.WRITE, recorder, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.lastEvents()).isEqualTo(Events.READ | Events.WRITE);
        assertSilent();
    }

    @Test
    void edgeIsRearmedByMod() throws Exception {
        assumeCapability(Capability.EDGE_TRIGGERED);
        int[] pair = fds.pair();
        fds.send(pair[1], "x");
        loop.add(pair[0], EDGE_READ, recorder, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        loop.mod(pair[0], EDGE_READ);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertSilent();
    }

    @Test
    void edgeReportsThatThereIsRoomAgain() throws Exception {
        assumeCapability(Capability.EDGE_TRIGGERED);
        int[] pair = fds.pair();
        loop.add(pair[0], Events.WRITE | Events.EDGE, recorder, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        fds.fill(pair[0]);
        loop.run(0); // filling the buffer may cause events
        fds.drain(pair[1]);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.lastEvents()).isEqualTo(Events.WRITE);
    }

    @Test
    void edgeReportsThePeersCloseOnce() throws Exception {
        assumeCapability(Capability.EDGE_TRIGGERED);
        int[] pair = fds.pair();
        loop.add(pair[0], EDGE_READ, recorder, null);
        fds.close(pair[1]);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(has(recorder.lastEvents(), Events.READ)).isTrue();
        assertThat(fds.receive(pair[0])).isEmpty();
        assertSilent();
    }

    @Test
    void modChangesBetweenEdgeAndLevel() throws Exception {
        assumeCapability(Capability.EDGE_TRIGGERED);
        int[] pair = fds.pair();
        fds.send(pair[1], "x");
        loop.add(pair[0], EDGE_READ, recorder, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertSilent();
        loop.mod(pair[0], Events.READ);
        for (int i = 0; i < 3; i++) {
            assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        }
        loop.mod(pair[0], EDGE_READ);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertSilent();
    }

    @Test
    void oneshotIsReportedOnceAndThenSilentUntilMod() throws Exception {
        assumeCapability(Capability.ONESHOT);
        int[] pair = fds.pair();
        loop.add(pair[0], ONESHOT_READ, recorder, null);
        assertSilent();
        fds.send(pair[1], "a");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        fds.send(pair[1], "b");
        assertSilent();
        assertThat(loop.size()).isEqualTo(1);

        loop.mod(pair[0], ONESHOT_READ);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertSilent();
    }

    @Test
    void aFiredOneshotIsSilentAboutThePeersCloseToo() throws Exception {
        assumeCapability(Capability.ONESHOT);
        int[] pair = fds.pair();
        fds.send(pair[1], "x");
        loop.add(pair[0], ONESHOT_READ, recorder, null);
        loop.run(LONG_MILLIS);
        fds.close(pair[1]);
        assertSilent();
        loop.mod(pair[0], ONESHOT_READ);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertSilent();
    }

    @Test
    void oneshotForBothDirectionsIsUsedUpByEither() throws Exception {
        assumeCapability(Capability.ONESHOT);
        int[] pair = fds.pair();
        loop.add(pair[0], Events.WRITE | ONESHOT_READ, recorder, null);
        loop.run(LONG_MILLIS);
        assertThat(recorder.lastEvents()).isEqualTo(Events.WRITE);
        fds.send(pair[1], "x");
        assertSilent();
    }

    @Test
    void oneshotCanBeRearmedInItsCallback() throws Exception {
        assumeCapability(Capability.ONESHOT);
        int[] pair = fds.pair();
        fds.send(pair[1], "x");
        EventCallback<Object> rearming =
                (fd, events, attachment) -> {
                    recorder.onEvent(fd, events, attachment);
                    if (recorder.count() < 3) {
                        loop.mod(fd, ONESHOT_READ);
                    }
                };
        loop.add(pair[0], ONESHOT_READ, rearming, null);
        for (int i = 0; i < 3; i++) {
            assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        }
        assertSilent();
    }

    @Test
    void oneshotCanTurnFromReadingToWritingInItsCallback() throws Exception {
        assumeCapability(Capability.ONESHOT);
        int[] pair = fds.pair();
        fds.send(pair[1], "x");
        EventCallback<Object> turning =
                (fd, events, attachment) -> {
                    recorder.onEvent(fd, events, attachment);
                    int next = has(events, Events.READ) ? Events.WRITE : Events.READ;
                    loop.mod(fd, next | Events.ONESHOT);
                };
        loop.add(pair[0], ONESHOT_READ, turning, null);
        for (int i = 0; i < 4; i++) {
            loop.run(LONG_MILLIS);
        }
        assertThat(recorder.calls().stream().map(Recorder.Call::events))
                .containsExactly(Events.READ, Events.WRITE, Events.READ, Events.WRITE);
    }

    @Test
    void aFiredOneshotCanBeMaskedDeletedAndMadeLevelTriggered() throws Exception {
        assumeCapability(Capability.ONESHOT);
        int[] pair = fds.pair();
        fds.send(pair[1], "x");
        loop.add(pair[0], ONESHOT_READ, recorder, null);
        loop.run(LONG_MILLIS);
        loop.mod(pair[0], 0);
        assertSilent();
        loop.mod(pair[0], ONESHOT_READ);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        loop.mod(pair[0], Events.READ);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        loop.mod(pair[0], ONESHOT_READ);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        loop.del(pair[0]);
        loop.add(pair[0], ONESHOT_READ, recorder, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertSilent();
    }

    @Test
    void edgeAndOneshotTogetherAreReportedOnceUntilMod() throws Exception {
        assumeCapability(Capability.EDGE_TRIGGERED);
        assumeCapability(Capability.ONESHOT);
        int[] pair = fds.pair();
        loop.add(pair[0], EDGE_READ | Events.ONESHOT, recorder, null);
        fds.send(pair[1], "a");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        fds.send(pair[1], "b");
        assertSilent();
        loop.mod(pair[0], EDGE_READ | Events.ONESHOT);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertSilent();
    }

    @Test
    void exclusiveIsLevelTriggeredUnlessEdgeIsAskedFor() throws Exception {
        assumeCapability(Capability.EXCLUSIVE);
        assumeCapability(Capability.EDGE_TRIGGERED);
        int[] pair = fds.pair();
        fds.send(pair[1], "x");
        loop.add(pair[0], Events.READ | Events.EXCLUSIVE, recorder, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        loop.del(pair[0]);
        loop.add(pair[0], EDGE_READ | Events.EXCLUSIVE, recorder, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertSilent();
    }

    @Test
    void aHangUpUsesUpAOneshot() throws Exception {
        assumeCapability(Capability.ONESHOT);
        int[] pair = fds.pair();
        int[] pipe = fds.pipe();
        fds.fill(pipe[1]);
        loop.add(pair[0], ONESHOT_READ, recorder, null);
        loop.add(pipe[1], Events.WRITE | Events.ONESHOT, recorder, null);
        assertSilent();
        fds.close(pair[1]);
        fds.close(pipe[0]);
        runUntil(() -> recorder.count() == 2);
        assertThat(recorder.fds()).containsExactlyInAnyOrder(pair[0], pipe[1]);
        assertIdle();
        loop.mod(pair[0], ONESHOT_READ);
        loop.mod(pipe[1], Events.WRITE | Events.ONESHOT);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(2);
        assertIdle();
    }

    @Test
    void anEdgeThatComesWhileItsCallbackReadsIsHeardInTheNextRun() throws Exception {
        assumeCapability(Capability.EDGE_TRIGGERED);
        int[] pair = fds.pair();
        fds.send(pair[1], "a");
        EventCallback<Object> reading =
                (fd, events, attachment) -> {
                    recorder.onEvent(fd, events, fds.receive(fd));
                    if (recorder.count() == 1) {
                        fds.send(pair[1], "b");
                    }
                };
        loop.add(pair[0], EDGE_READ, reading, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.calls())
                .extracting(Recorder.Call::attachment)
                .containsExactly("a", "b");
        assertSilent();
    }

    @Test
    void edgeIsRearmedByMaskingAndUnmasking() throws Exception {
        assumeCapability(Capability.EDGE_TRIGGERED);
        int fd = readable();
        loop.add(fd, EDGE_READ, recorder, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        loop.mod(fd, 0);
        assertSilent();
        loop.mod(fd, EDGE_READ);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertSilent();
    }
}
