package dev.eventloop.examples.echo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Crowd;
import dev.eventloop.fixture.Payload;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.ProcessFacts;
import dev.eventloop.fixture.RawPeer;
import dev.eventloop.net.Sockets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/** Every byte is echoed, with every trigger and however slowly the client reads. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class EchoLosesNoByteTest {
    private static final int CROWD = 1_000;

    @EveryWay
    @DisplayName("a slow reader gets every byte, then FIN for its FIN")
    void slowReaderGetsAll(String backend, Trigger trigger) throws Exception {
        byte[] bytes = Payload.random(1, 8 * Payload.MIB);
        try (RunningEcho echo = RunningEcho.start(backend, trigger);
                Peer peer = Peer.connectWithSmallWindow(echo.port())) {
            Future<Peer> sending = Crowd.beside(() -> peer.send(bytes).finish());
            Await.until(
                    "the server is blocked by the reader",
                    () -> echo.ask(EchoServer::blocked) == 1);
            byte[] first = peer.read(100_000);
            Await.until("again", () -> echo.ask(EchoServer::blocked) == 1);
            byte[] rest = peer.readToEnd();
            assertThat(sending.get()).isSameAs(peer);
            assertThat(first.length + rest.length).isEqualTo(bytes.length);
            assertThat(Payload.digest(join(first, rest))).isEqualTo(Payload.digest(bytes));
            Await.equal(0, echo::connections);
            assertThat(echo.ask(EchoServer::blocked)).isZero();
        }
    }

    private static byte[] join(byte[] first, byte[] rest) {
        byte[] all = new byte[first.length + rest.length];
        System.arraycopy(first, 0, all, 0, first.length);
        System.arraycopy(rest, 0, all, first.length, rest.length);
        return all;
    }

    @EveryWay
    @DisplayName("a client that reads nothing cannot send for ever, delays no other, and may reset")
    void whoReadsNothingIsHeldUp(String backend, Trigger trigger) throws Exception {
        ProcessFacts facts = ProcessFacts.ofThisProcess();
        try (RunningEcho echo = RunningEcho.start(backend, trigger)) {
            int before = Await.steady(Duration.ofMillis(200), facts::openFiles);
            RawPeer deaf = RawPeer.connect(echo.port()).fill(); // ends only because nothing is read
            assertThat(echo.ask(EchoServer::blocked)).isEqualTo(1);
            try (Peer other = Peer.connect(echo.port())) {
                assertThat(other.send("hello").readText(5)).isEqualTo("hello");
            }
            deaf.reset();
            Await.equal(0, echo::connections);
            assertThat(echo.ask(EchoServer::blocked)).isZero();
            Await.until("all files are closed", () -> facts.openFiles() <= before);
        }
    }

    @EveryWay
    @DisplayName("a thousand concurrent clients each get back their bytes")
    void aThousandAtOnce(String backend, Trigger trigger) throws Exception {
        try (RunningEcho echo = RunningEcho.start(backend, trigger)) {
            List<Peer> peers = new ArrayList<>();
            try {
                for (int i = 0; i < CROWD; i++) {
                    peers.add(Peer.connect(echo.port()));
                }
                Await.equal(CROWD, echo::connections);
                for (int i = 0; i < CROWD; i++) {
                    peers.get(i).send(String.format("%04d", i));
                }
                for (int i = 0; i < CROWD; i++) {
                    assertThat(peers.get(i).readText(4)).isEqualTo(String.format("%04d", i));
                }
            } finally {
                for (Peer peer : peers) {
                    peer.close();
                }
            }
            Await.equal(0, echo::connections);
        }
    }

    @EveryWay
    @DisplayName("a client that sends much takes turns with the others, and gets everything back")
    void turnsAreTaken(String backend, Trigger trigger) throws Exception {
        int turn = trigger.readsPerTurn * EchoServer.BUFFER_SIZE;
        byte[] much = Payload.random(2, 4 * Payload.MIB);
        try (EventLoop loop = EventLoop.create(EventLoopOptions.defaults().backend(backend));
                EchoServer server =
                        new EchoServer(
                                loop,
                                Sockets.system(),
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                trigger,
                                warning -> {});
                Peer peer = Peer.connect(server.address().getPort())) {
            Future<Peer> sending = Crowd.beside(() -> peer.send(much).finish());
            Future<byte[]> reading = Crowd.beside(peer::readToEnd);
            while (!reading.isDone()) {
                long before = server.statistics().bytes();
                int callbacks = loop.run(10);
                assertThat(server.statistics().bytes() - before)
                        .as("bytes per turn, of %d callbacks", callbacks)
                        .isLessThanOrEqualTo(turn);
            }
            assertThat(sending.get()).isSameAs(peer);
            assertThat(Payload.digest(reading.get())).isEqualTo(Payload.digest(much));
        }
    }
}
