package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.Capability;
import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.NativeAddress;
import dev.eventloop.net.NativeBuffer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** UDP sockets, and what loops say of them. */
abstract class DatagramContract extends ContractCase {
    private static final InetSocketAddress ANY_PORT =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private int bound() throws ErrnoException {
        return fds.own(sockets.bindDatagram(ANY_PORT));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void sendTo(int fd, String text, InetSocketAddress target) {
        try (NativeAddress address = NativeAddress.of(target)) {
            assertThat(sockets.send(fd, bytes(text), address)).isEqualTo(text.length());
        }
    }

    /** Receives one datagram, as "text from port". */
    private String received(int fd) {
        ByteBuffer buffer = ByteBuffer.allocate(100);
        try (NativeAddress source = new NativeAddress()) {
            int count = sockets.receive(fd, buffer, source);
            return count < 0
                    ? Errno.name(-count)
                    : new String(buffer.array(), 0, count, StandardCharsets.US_ASCII)
                            + " from "
                            + source.port();
        }
    }

    @Test
    void aDatagramIsReadableAndTellsItsSender() throws Exception {
        int server = bound();
        int client = bound();
        loop.add(server, Events.READ, recorder, null);
        assertIdle();
        sendTo(client, "hello", sockets.localAddress(server));
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.lastEvents()).isEqualTo(Events.READ);
        int port = sockets.localAddress(client).getPort();
        assertThat(received(server)).isEqualTo("hello from " + port);
        assertThat(received(server)).isEqualTo("EAGAIN");
        assertSilent();
    }

    @Test
    void anAnswerGoesToTheAddressThatReceiveStored() throws Exception {
        int server = bound();
        int client = fds.own(sockets.connectDatagram(sockets.localAddress(server)));
        try (NativeBuffer buffer = NativeBuffer.allocate(100);
                NativeAddress source = new NativeAddress()) {
            buffer.put(bytes("ping"));
            assertThat(sockets.send(client, buffer, null)).isEqualTo(4);
            assertThat(buffer.readable()).isZero();
            loop.add(server, Events.READ, recorder, null);
            loop.add(client, Events.READ, recorder, null);
            assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
            assertThat(sockets.receive(server, buffer, source)).isEqualTo(4);
            assertThat(sockets.send(server, buffer, source)).isEqualTo(4);
            runUntil(() -> recorder.count(client) > 0);
            assertThat(sockets.receive(client, buffer, source)).isEqualTo(4);
            assertThat(source.port()).isEqualTo(sockets.localAddress(server).getPort());
        }
    }

    @Test
    void boundariesArePreservedAndAnEmptyOneIsReadable() throws Exception {
        int server = bound();
        int client = fds.own(sockets.connectDatagram(sockets.localAddress(server)));
        int port = sockets.localAddress(client).getPort();
        loop.add(server, Events.READ, recorder, null);
        for (String text : new String[] {"a", "", "bcd"}) {
            assertThat(sockets.send(client, bytes(text), null)).isEqualTo(text.length());
        }
        for (String text : new String[] {"a", "", "bcd"}) {
            assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
            assertThat(received(server)).isEqualTo(text + " from " + port);
        }
        assertSilent();
    }

    @Test
    void whatHasNoRoomInTheBufferIsLost() throws Exception {
        int server = bound();
        sendTo(bound(), "long", sockets.localAddress(server));
        sendTo(bound(), "next", sockets.localAddress(server));
        loop.add(server, Events.READ, recorder, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        ByteBuffer direct = ByteBuffer.allocateDirect(2);
        assertThat(sockets.receive(server, direct, null)).isEqualTo(2);
        assertThat(direct.get(0)).isEqualTo((byte) 'l');
        assertThat(received(server)).startsWith("next");
    }

    @Test
    void aConnectedSocketGetsItsPeersDatagramsOnly() throws Exception {
        int peer = bound();
        int client = fds.own(sockets.connectDatagram(sockets.localAddress(peer)));
        loop.add(client, Events.READ, recorder, null);
        sendTo(bound(), "stranger", sockets.localAddress(client));
        assertSilent();
        sendTo(peer, "peer", sockets.localAddress(client));
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(received(client)).startsWith("peer");
    }

    @Test
    void aPeerThatIsGoneIsAnError() throws Exception {
        int peer = bound();
        int client = fds.own(sockets.connectDatagram(sockets.localAddress(peer)));
        fds.close(peer);
        loop.add(client, Events.READ, recorder, null);
        assertSilent();
        assertThat(sockets.send(client, bytes("x"), null)).isEqualTo(1);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(has(recorder.lastEvents(), Events.READ)).isTrue();
        assertThat(received(client)).isEqualTo("ECONNREFUSED");
        assertSilent();
    }

    @Test
    void itIsWritableAndAnEdgeIsReportedPerDatagram() throws Exception {
        int server = bound();
        int client = bound();
        loop.add(client, Events.WRITE, recorder, "client");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.lastEvents()).isEqualTo(Events.WRITE);
        loop.del(client);
        assumeCapability(Capability.EDGE_TRIGGERED);
        loop.add(server, Events.READ | Events.EDGE, recorder, "server");
        for (int i = 0; i < 3; i++) {
            sendTo(client, "x", sockets.localAddress(server));
            assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
            assertSilent();
        }
    }

    @Test
    void failuresHaveTheirErrno() throws Exception {
        int server = bound();
        assertErrno("EADDRINUSE", () -> sockets.bindDatagram(sockets.localAddress(server)));
        int client = bound();
        assertThat(sockets.send(client, bytes("x"), null)).isEqualTo(-Errno.EDESTADDRREQ);
        try (NativeAddress target = NativeAddress.of(sockets.localAddress(server))) {
            ByteBuffer large = ByteBuffer.allocateDirect(65_508);
            assertThat(sockets.send(client, large, target)).isEqualTo(-Errno.EMSGSIZE);
            assertThat(large.remaining()).as("the bytes stay").isEqualTo(65_508);
        }
        assertThat(sockets.accept(client)).isEqualTo(-Errno.EOPNOTSUPP);
    }
}
