package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.Capability;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** EOF, half-close, hang-up and failed connections. */
abstract class HangUpContract extends ContractCase {
    /** sys/socket.h, the same everywhere. */
    private static final int SHUT_RD = 0;

    @Test
    void theLastBytesComeTogetherWithThePeersClose() throws Exception {
        int[] pair = fds.pair();
        fds.send(pair[1], "last");
        fds.close(pair[1]);
        loop.add(pair[0], Events.READ, recorder, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(has(recorder.lastEvents(), Events.READ)).isTrue();
        assertHangUpIfKnown(recorder.lastEvents());
        assertThat(fds.receive(pair[0])).isEqualTo("last");
        assertThat(fds.receive(pair[0])).isEmpty();
    }

    @Test
    void theLastBytesOfATcpConnectionAreNotLost() throws Exception {
        int[] tcp = fds.connection();
        loop.add(tcp[1], Events.READ, recorder, null);
        fds.send(tcp[0], "last");
        fds.close(tcp[0]);
        StringBuilder received = new StringBuilder();
        boolean[] ended = new boolean[1];
        runUntil(
                () -> {
                    if (recorder.count() > 0) {
                        recorder.forget();
                        String part = fds.receive(tcp[1]);
                        received.append(part);
                        ended[0] = part.isEmpty();
                    }
                    return ended[0];
                });
        assertThat(received).hasToString("last");
    }

    @Test
    void theEndOfAStreamIsReportedForAsLongAsItHolds() throws Exception {
        int[] pair = fds.pair();
        loop.add(pair[0], Events.READ, recorder, null);
        fds.close(pair[1]);
        for (int i = 0; i < 3; i++) {
            assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
            assertThat(has(recorder.lastEvents(), Events.READ)).isTrue();
            assertThat(fds.receive(pair[0])).isEmpty();
        }
        loop.del(pair[0]);
        assertSilent();
    }

    @Test
    void aHalfClosedStreamIsReadableToItsEndAndStillWritable() throws Exception {
        for (int[] stream : new int[][] {fds.pair(), fds.connection()}) {
            recorder.forget();
            sockets.shutdownWrite(stream[1]);
            loop.add(stream[0], Events.READ | Events.WRITE, recorder, null);
            runUntil(() -> has(recorder.events(stream[0]), Events.READ));
            assertThat(has(recorder.lastEvents(), Events.READ | Events.WRITE)).isTrue();
            assertThat(recorder.lastEvents() & (Events.ERROR | Events.HUP)).isZero();
            assertReadHupIfKnown(recorder.lastEvents());
            assertThat(fds.receive(stream[0])).isEmpty();

            fds.send(stream[0], "answer");
            loop.del(stream[0]);
            loop.add(stream[1], Events.READ, recorder, null);
            runUntil(() -> has(recorder.events(stream[1]), Events.READ));
            assertThat(fds.receive(stream[1])).isEqualTo("answer");
            loop.del(stream[1]);
        }
    }

    @Test
    void bytesBeforeAHalfCloseComeTogetherWithIt() throws Exception {
        int[] pair = fds.pair();
        fds.send(pair[1], "last");
        sockets.shutdownWrite(pair[1]);
        loop.add(pair[0], Events.READ, recorder, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(has(recorder.lastEvents(), Events.READ)).isTrue();
        assertReadHupIfKnown(recorder.lastEvents());
        assertThat(fds.receive(pair[0])).isEqualTo("last");
        assertThat(fds.receive(pair[0])).isEmpty();
    }

    /** After our own shutdown, macOS and the BSDs report EV_EOF for that direction. */
    @Test
    void shuttingDownOnesOwnHalfIsNoHangUp() throws Exception {
        for (int[] stream : new int[][] {fds.pair(), fds.connection()}) {
            sockets.shutdownWrite(stream[0]);
            loop.add(stream[0], Events.READ | Events.WRITE, recorder, null);
            assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
            assertThat(recorder.lastEvents()).isEqualTo(Events.WRITE);
            loop.mod(stream[0], Events.READ);
            assertSilent();
            loop.del(stream[0]);
        }
    }

    @Test
    void aHalfCloseIsNotReportedToWriteInterestAlone() throws Exception {
        int[] pair = fds.pair();
        loop.add(pair[0], Events.WRITE, recorder, null);
        sockets.shutdownWrite(pair[1]);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.lastEvents()).isEqualTo(Events.WRITE);
    }

    @Test
    void bothHalvesClosedIsTheEndOfTheStream() throws Exception {
        int[] tcp = fds.connection();
        sockets.shutdownWrite(tcp[0]);
        sockets.shutdownWrite(tcp[1]);
        loop.add(tcp[0], Events.READ, recorder, null);
        runUntil(() -> has(recorder.events(tcp[0]), Events.READ));
        assertThat(fds.receive(tcp[0])).isEmpty();
        assertHangUpIfKnown(recorder.lastEvents());
    }

    @Test
    void aClosedWriterIsReportedToThePipesReader() throws Exception {
        int[] pipe = fds.pipe();
        loop.add(pipe[0], Events.READ, recorder, null);
        assertSilent();
        fds.close(pipe[1]);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(has(recorder.lastEvents(), Events.READ)).as("a read does not block").isTrue();
        assertThat(fds.receive(pipe[0])).isEmpty();
    }

    @Test
    void thePipesLastBytesAreReadableAfterItsWriterIsGone() throws Exception {
        int[] pipe = fds.pipe();
        fds.send(pipe[1], "last");
        fds.close(pipe[1]);
        loop.add(pipe[0], Events.READ, recorder, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(has(recorder.lastEvents(), Events.READ)).isTrue();
        assertThat(fds.receive(pipe[0])).isEqualTo("last");
        assertThat(fds.receive(pipe[0])).isEmpty();
    }

    @Test
    void aClosedReaderIsReportedToThePipesWriter() throws Exception {
        int[] pipe = fds.pipe();
        fds.fill(pipe[1]);
        loop.add(pipe[1], Events.WRITE, recorder, null);
        assertSilent();
        fds.close(pipe[0]);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(has(recorder.lastEvents(), Events.WRITE)).as("a write does not block").isTrue();
        assertThat(hasAny(recorder.lastEvents(), Events.ERROR | Events.HUP)).isTrue();
        int written = sockets.write(pipe[1], ByteBuffer.allocateDirect(1));
        assertThat(written).isEqualTo(-Errno.EPIPE);
    }

    /** A write would fail immediately. */
    @Test
    void aPipeWithoutAReaderIsReadyForAsLongAsItIsWatched() throws Exception {
        int[] pipe = fds.pipe();
        loop.add(pipe[1], Events.WRITE, recorder, "before");
        fds.close(pipe[0]);
        for (int i = 0; i < 3; i++) {
            assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
            assertThat(hasAny(recorder.lastEvents(), Events.ERROR | Events.HUP)).isTrue();
        }
        loop.mod(pipe[1], 0);
        assertSilent();
        loop.mod(pipe[1], Events.WRITE);
        for (int i = 0; i < 3; i++) {
            assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
            assertThat(hasAny(recorder.lastEvents(), Events.ERROR | Events.HUP)).isTrue();
        }
        loop.del(pipe[1]);
        assertSilent();
        loop.add(pipe[1], Events.WRITE, recorder, "after");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        loop.delBeforeClose(pipe[1]);
        fds.close(pipe[1]);
        assertSilent();
    }

    @Test
    void aOneshotForAPipeWithoutAReaderIsReportedOnceUntilMod() throws Exception {
        assumeCapability(Capability.ONESHOT);
        int[] pipe = fds.pipe();
        fds.close(pipe[0]);
        loop.add(pipe[1], Events.WRITE | Events.ONESHOT, recorder, null);
        for (int i = 0; i < 2; i++) {
            assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
            assertSilent();
            loop.mod(pipe[1], Events.WRITE | Events.ONESHOT);
        }
    }

    @Test
    void aDeletedAndClosedSocketSendsFinToItsPeer() throws Exception {
        int[] tcp = fds.connection();
        loop.add(tcp[0], Events.READ, recorder, null);
        loop.add(tcp[1], Events.READ, recorder, null);
        assertSilent();
        loop.del(tcp[0]);
        fds.close(tcp[0]); // the kernel must not keep the connection open
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.fds()).containsExactly(tcp[1]);
        assertThat(fds.receive(tcp[1])).isEmpty();
    }

    private void assertReadHupIfKnown(int events) {
        if (loop.capabilities().contains(Capability.READ_HUP)) {
            assertThat(has(events, Events.READ_HUP)).as(text(events)).isTrue();
        }
    }

    private void assertHangUpIfKnown(int events) {
        if (loop.capabilities().contains(Capability.READ_HUP)) {
            assertThat(hasAny(events, Events.READ_HUP | Events.HUP)).as(text(events)).isTrue();
        }
    }

    @Test
    void aReadingHalfThatIsShutHereIsAtItsEnd() throws Exception {
        int[] tcp = fds.connection();
        loop.add(tcp[0], Events.READ, recorder, null);
        assertSilent();
        assertThat(machine.libc().shutdown(tcp[0], SHUT_RD)).isZero();
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(has(recorder.lastEvents(), Events.READ)).isTrue();
        assertReadHupIfKnown(recorder.lastEvents());
        assertThat(fds.receive(tcp[0])).isEmpty();
    }

    @Test
    void aWritingHalfThatIsShutHereEndsNothingElse() throws Exception {
        int[] tcp = fds.connection();
        sockets.shutdownWrite(tcp[0]);
        loop.add(tcp[0], Events.READ, recorder, null);
        assertSilent();
        fds.send(tcp[1], "x");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.lastEvents()).isEqualTo(Events.READ);
        assertThat(fds.receive(tcp[0])).isEqualTo("x");
    }

    @Test
    void aHalfClosedPeerCanBeWrittenToUntilThereIsNoRoom() throws Exception {
        int[] tcp = fds.connection();
        sockets.shutdownWrite(tcp[1]);
        loop.add(tcp[0], Events.WRITE, recorder, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(has(recorder.lastEvents(), Events.WRITE)).isTrue();
        long filled = fds.fill(tcp[0]);
        long[] drained = new long[1];
        runUntil(
                () -> {
                    drained[0] += fds.drain(tcp[1]);
                    return drained[0] == filled;
                });
        recorder.forget();
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.lastEvents() & (Events.ERROR | Events.HUP)).isZero();
    }
}
