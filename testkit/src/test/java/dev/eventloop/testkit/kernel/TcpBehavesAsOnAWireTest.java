package dev.eventloop.testkit.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.net.ListenOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fast")
final class TcpBehavesAsOnAWireTest extends KernelCase {
    @Test
    void aHandshakeTakesARoundTripForTheClientAndHalfAsMuchMoreForTheServer() throws Exception {
        use(latency(10, 10));
        int listener = listener(8);
        int client = connect(listener);
        assertThat(bits(client)).isZero();
        assertThat(poll(client, PollBits.OUT, -1)).isEqualTo(PollBits.OUT);
        assertThat(kernel.nanoTime()).isEqualTo(20 * MILLI);
        assertThat(sockets.connectResult(client)).isZero();
        assertThat(name(sockets.accept(listener))).isEqualTo("EAGAIN");
        assertThat(poll(listener, PollBits.IN, -1)).isEqualTo(PollBits.IN);
        assertThat(kernel.nanoTime()).isEqualTo(30 * MILLI);
    }

    @Test
    void nobodyListeningIsARefusal() throws Exception {
        use(latency(10, 10));
        int listener = listener(8);
        InetSocketAddress address = sockets.localAddress(listener);
        sockets.close(listener);
        int client = sockets.connect(address);
        int expected = PollBits.IN | PollBits.OUT | PollBits.ERR | PollBits.HUP | PollBits.RDHUP;
        assertThat(poll(client, PollBits.OUT, -1)).isEqualTo(expected & ~(1 | PollBits.RDHUP));
        assertThat(bits(client)).isEqualTo(expected);
        assertThat(name(-sockets.connectResult(client))).isEqualTo("ECONNREFUSED");
        assertThat(sockets.connectResult(client)).isZero();
    }

    @Test
    void aFullBacklogLetsOthersTryAgainLater() throws Exception {
        use(KernelOptions.defaults());
        int listener = listener(1);
        connect(listener);
        connect(listener);
        int third = connect(listener);
        assertThat(bits(third)).isZero();
        sockets.accept(listener);
        assertThat(poll(third, PollBits.OUT, -1)).isEqualTo(PollBits.OUT);
        assertThat(kernel.nanoTime()).isEqualTo(1_000 * MILLI);
    }

    @Test
    void aBacklogThatStaysFullEndsInATimeout() throws Exception {
        use(KernelOptions.defaults());
        int listener = listener(0);
        connect(listener);
        int second = connect(listener);
        assertThat(poll(second, PollBits.OUT, -1) & PollBits.ERR).isNotZero();
        assertThat(name(-sockets.connectResult(second))).isEqualTo("ETIMEDOUT");
    }

    @Test
    void whoWaitsInTheBacklogOfAListenerThatClosesIsReset() throws Exception {
        use(KernelOptions.defaults());
        int listener = listener(8);
        int client = connect(listener);
        sockets.close(listener);
        assertThat(name(receive(client, 1))).isEqualTo("ECONNRESET");
    }

    @Test
    void aListenerThatDropsHandshakesStillGivesThoseItHas() throws Exception {
        use(latency(10, 10));
        int listener = listener(8);
        int early = connect(listener);
        kernel.advanceTo(15 * MILLI);
        sockets.dropHandshakes(listener);
        int late = connect(listener);
        kernel.advanceTo(100 * MILLI);
        assertThat(bits(early)).isEqualTo(PollBits.OUT);
        assertThat(bits(late)).isZero();
        assertThat(sockets.accept(listener)).isPositive();
        assertThat(name(sockets.accept(listener))).isEqualTo("EAGAIN");
    }

    @Test
    void aListenerThatTakesHandshakesAgainGetsTheRepeatedSyn() throws Exception {
        use(latency(10, 10));
        int listener = listener(8);
        sockets.dropHandshakes(listener);
        int client = connect(listener);
        kernel.advanceTo(100 * MILLI);
        assertThat(bits(client)).isZero();
        sockets.takeHandshakes(listener);
        kernel.advanceTo(5_000 * MILLI);
        assertThat(bits(client)).isEqualTo(PollBits.OUT);
        assertThat(sockets.accept(listener)).isPositive();
    }

    @Test
    void aBoundSocketRefusesClientsUntilItListens() throws Exception {
        use(latency(1, 1));
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        int socket = sockets.bind(any, ListenOptions.defaults());
        int early = sockets.connect(sockets.localAddress(socket));
        settle();
        assertThat(name(-sockets.connectResult(early))).isEqualTo("ECONNREFUSED");
        sockets.listen(socket, ListenOptions.defaults());
        sockets.connect(sockets.localAddress(socket));
        settle();
        assertThat(sockets.accept(socket)).isPositive();
    }

    @Test
    void theReceiversWindowStopsTheSenderUntilItReads() throws Exception {
        use(latency(1, 1).socketBuffer(1_000));
        int[] connection = connection();
        int sent = 0;
        for (int count = send(connection[0], 300); count > 0; count = send(connection[0], 300)) {
            sent += count;
            settle();
        }
        assertThat(sent).isEqualTo(2_000); // the receiver's buffer and the sender's
        assertThat(bits(connection[0])).isZero();
        assertThat(receive(connection[1], 5_000)).isEqualTo(1_000);
        settle();
        assertThat(bits(connection[0])).isEqualTo(PollBits.OUT);
        assertThat(receive(connection[1], 5_000)).isEqualTo(1_000);
    }

    @Test
    void bytesAndFinArriveInOrderAfterTheSenderHasClosed() throws Exception {
        use(latency(1, 50).socketBuffer(1_000).seed(3));
        int[] connection = connection();
        assertThat(send(connection[0], 900)).isEqualTo(900);
        sockets.close(connection[0]);
        int received = 0;
        int count;
        do {
            poll(connection[1], PollBits.IN, -1);
            count = receive(connection[1], 100);
            received += count;
        } while (count > 0);
        assertThat(count).isZero();
        assertThat(received).isEqualTo(900);
    }

    @Test
    void aResetOvertakesWhatWasNotSentYetButNotWhatWas() throws Exception {
        use(latency(10, 10).socketBuffer(1_000));
        int[] connection = connection();
        send(connection[0], 1_000); // as much as the window takes
        settle();
        assertThat(send(connection[0], 500)).isEqualTo(500);
        sockets.reset(connection[0]);
        settle();
        assertThat(receive(connection[1], 5_000)).isEqualTo(1_000);
        assertThat(name(receive(connection[1], 5_000))).isEqualTo("ECONNRESET");
    }

    @Test
    void closingWithUnreadBytesIsAReset() throws Exception {
        use(KernelOptions.defaults());
        int[] connection = connection();
        send(connection[0], 1);
        sockets.close(connection[1]);
        assertThat(name(receive(connection[0], 1))).isEqualTo("ECONNRESET");
    }

    @Test
    void bytesForSomebodyWhoHasClosedAreAnsweredByAReset() throws Exception {
        use(KernelOptions.defaults());
        int[] connection = connection();
        sockets.close(connection[1]);
        assertThat(send(connection[0], 1)).isEqualTo(1);
        assertThat(name(send(connection[0], 1))).isEqualTo("EPIPE");
    }

    @Test
    void aPortIsTakenUnlessBothShareIt() throws Exception {
        use(KernelOptions.defaults());
        int one = sockets.listen(ANY_PORT, ListenOptions.defaults().reusePort(true));
        InetSocketAddress address = sockets.localAddress(one);
        assertThatThrownBy(() -> sockets.listen(address, ListenOptions.defaults()))
                .hasMessageContaining("EADDRINUSE");
        int other = sockets.listen(address, ListenOptions.defaults().reusePort(true));
        for (int i = 0; i < 100; i++) {
            connect(one);
        }
        int first = 0;
        while (sockets.accept(one) >= 0) {
            first++;
        }
        assertThat(first).isBetween(20, 80);
        assertThat(sockets.accept(other)).isPositive();
    }

    @Test
    void theWildcardListensOnEveryAddress() throws Exception {
        use(KernelOptions.defaults());
        int listener = sockets.listen(at(new byte[16], 0), ListenOptions.defaults());
        int port = sockets.localAddress(listener).getPort();
        byte[] sixth = new byte[16];
        sixth[15] = 1;
        for (byte[] host : new byte[][] {{127, 0, 0, 1}, {127, 1, 2, 3}, sixth}) {
            int client = sockets.connect(at(host, port));
            int server = sockets.accept(listener);
            assertThat(sockets.remoteAddress(server)).isEqualTo(sockets.localAddress(client));
            assertThat(sockets.localAddress(server)).isEqualTo(sockets.remoteAddress(client));
        }
        assertThatThrownBy(() -> sockets.connect(at(new byte[] {10, 0, 0, 1}, port)))
                .hasMessageContaining("ENETUNREACH");
    }

    @Test
    void aUnixDomainSocketHasANameUntilItIsUnlinked() throws Exception {
        use(KernelOptions.defaults());
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of("/run/x");
        assertThatThrownBy(() -> sockets.connect(address)).hasMessageContaining("ENOENT");
        int listener = sockets.listen(address, ListenOptions.defaults().backlog(0));
        int client = sockets.connect(address);
        assertThatThrownBy(() -> sockets.connect(address)).hasMessageContaining("EAGAIN");
        int server = sockets.accept(listener);
        send(client, 5);
        assertThat(receive(server, 10)).isEqualTo(5);
        sockets.close(listener);
        assertThatThrownBy(() -> sockets.connect(address)).hasMessageContaining("ECONNREFUSED");
        assertThatThrownBy(() -> sockets.listen(address, ListenOptions.defaults()))
                .hasMessageContaining("EADDRINUSE");
        assertThat(kernel.unlink("/run/x")).isZero();
        sockets.listen(address, ListenOptions.defaults());
    }

    private static InetSocketAddress at(byte[] ip, int port) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByAddress(ip), port);
    }
}
