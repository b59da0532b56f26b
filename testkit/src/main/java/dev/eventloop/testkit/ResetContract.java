package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Refused and reset connections. */
abstract class ResetContract extends ContractCase {
    @Test
    void aRefusedConnectIsAnErrorThatConnectResultTells() throws Exception {
        int listener = fds.listener();
        var address = sockets.localAddress(listener);
        fds.close(listener);
        int client = fds.own(sockets.connect(address));
        loop.add(client, Events.WRITE, recorder, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(has(recorder.lastEvents(), Events.ERROR | Events.WRITE))
                .as(text(recorder.lastEvents()))
                .isTrue();
        assertThat(sockets.connectResult(client)).isEqualTo(Errno.ECONNREFUSED);
        assertThat(sockets.connectResult(client)).as("SO_ERROR is cleared by reading it").isZero();
    }

    @Test
    void aResetIsAnErrorThatReadTells() throws Exception {
        int[] tcp = fds.connection();
        loop.add(tcp[1], Events.READ, recorder, null);
        assertSilent();
        fds.reset(tcp[0]);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(has(recorder.lastEvents(), Events.ERROR | Events.READ)).isTrue();
        assertThat(sockets.read(tcp[1], ByteBuffer.allocateDirect(1))).isEqualTo(-Errno.ECONNRESET);
    }

    @Test
    void aResetIsAnErrorToTheWriterToo() throws Exception {
        int[] tcp = fds.connection();
        fds.fill(tcp[1]);
        loop.add(tcp[1], Events.WRITE, recorder, null);
        fds.reset(tcp[0]);
        runUntil(() -> has(recorder.events(tcp[1]), Events.ERROR));
        assertThat(has(recorder.lastEvents(), Events.WRITE)).isTrue();
        assertThat(sockets.connectResult(tcp[1])).isEqualTo(Errno.ECONNRESET);
    }

    @Test
    void aConnectionThatIsClosedBeforeItIsAcceptedIsReadableToItsEnd() throws Exception {
        int listener = fds.listener();
        int client = fds.connect(listener);
        loop.add(client, Events.WRITE, recorder, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        loop.del(client);
        fds.close(client);
        loop.add(listener, Events.READ, recorder, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        int server = fds.accept(listener);
        loop.add(server, Events.READ, recorder, null);
        runUntil(() -> has(recorder.events(server), Events.READ));
        assertThat(fds.receive(server)).isEmpty();
    }

    @Test
    void aResetIsReportedForAsLongAsNobodyAsks() throws Exception {
        int[] tcp = fds.connection();
        loop.add(tcp[1], Events.READ, recorder, null);
        fds.reset(tcp[0]);
        for (int i = 0; i < 3; i++) {
            assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
            assertThat(has(recorder.lastEvents(), Events.ERROR)).isTrue();
        }
        loop.del(tcp[1]);
        assertSilent();
    }

    @Test
    void aResetWhileMaskedIsHeardAfterMod() throws Exception {
        for (int interest : new int[] {Events.READ, Events.WRITE, Events.READ | Events.WRITE}) {
            recorder.forget();
            int[] tcp = fds.connection();
            loop.add(tcp[1], Events.READ | Events.WRITE, recorder, null);
            loop.mod(tcp[1], 0);
            fds.reset(tcp[0]);
            assertIdle();
            loop.mod(tcp[1], interest);
            assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
            assertThat(has(recorder.lastEvents(), Events.ERROR))
                    .as(text(recorder.lastEvents()))
                    .isTrue();
            assertThat(sockets.connectResult(tcp[1])).isEqualTo(Errno.ECONNRESET);
            loop.del(tcp[1]);
        }
    }

    @Test
    void anErrorThatWasAskedForLeavesTheEndOfTheStream() throws Exception {
        int[] tcp = fds.connection();
        loop.add(tcp[1], Events.READ, recorder, null);
        fds.reset(tcp[0]);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(sockets.connectResult(tcp[1])).isEqualTo(Errno.ECONNRESET);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(has(recorder.lastEvents(), Events.READ)).isTrue();
        assertThat(fds.receive(tcp[1])).isEmpty();
    }

    @Test
    void writingToAClosedPeerReportsTheReset() throws Exception {
        int[] tcp = fds.connection();
        fds.close(tcp[0]);
        loop.add(tcp[1], Events.READ, recorder, null);
        runUntil(() -> has(recorder.events(tcp[1]), Events.READ));
        assertThat(fds.receive(tcp[1])).isEmpty();
        fds.send(tcp[1], "nobody reads this");
        runUntil(() -> has(recorder.events(tcp[1]), Events.ERROR));
        assertThat(sockets.connectResult(tcp[1])).isIn(Errno.EPIPE, Errno.ECONNRESET);
    }

    @Test
    void aListenerThatIsClosedResetsThoseWhoWaitInItsBacklog() throws Exception {
        int listener = fds.listener();
        loop.add(listener, Events.READ, recorder, null);
        List<Integer> clients = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            clients.add(fds.connect(listener));
            loop.add(clients.get(i), Events.READ, recorder, null);
        }
        runUntil(() -> recorder.count(listener) > 0);
        loop.del(listener);
        fds.close(listener);
        recorder.forget();
        runUntil(() -> clients.stream().allMatch(fd -> has(recorder.events(fd), Events.ERROR)));
        for (int client : clients) {
            assertThat(sockets.connectResult(client)).isEqualTo(Errno.ECONNRESET);
        }
        assertThat(recorder.count(listener)).isZero();
    }

    @Test
    void manyResetsAtOnceAreAllHeard() throws Exception {
        List<int[]> connections = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            connections.add(fds.connection());
            loop.add(connections.get(i)[1], Events.READ, recorder, null);
        }
        for (int[] tcp : connections) {
            fds.reset(tcp[0]);
        }
        runUntil(
                () ->
                        connections.stream()
                                .allMatch(tcp -> has(recorder.events(tcp[1]), Events.ERROR)));
        for (int[] tcp : connections) {
            assertThat(sockets.read(tcp[1], ByteBuffer.allocateDirect(1)))
                    .isEqualTo(-Errno.ECONNRESET);
        }
    }
}
