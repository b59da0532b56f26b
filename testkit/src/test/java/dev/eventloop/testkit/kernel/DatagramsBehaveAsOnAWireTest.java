package dev.eventloop.testkit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.NativeAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** UDP with latency; without it, {@link LinuxAndTheSimulationAgreeTest} compares it with Linux. */
@Tag("fast")
final class DatagramsBehaveAsOnAWireTest extends KernelCase {
    private int server;
    private int client;

    private void open(KernelOptions options) throws Exception {
        use(options);
        server = sockets.bindDatagram(ANY_PORT);
        client = sockets.connectDatagram(sockets.localAddress(server));
    }

    @Test
    void theyTakeTimeAndOvertakeEachOther() throws Exception {
        open(latency(1, 100).seed(7));
        List<Integer> sent = new ArrayList<>();
        for (int size = 1; size <= 20; size++) {
            sent.add(send(client, size));
        }
        assertThat(name(receive(server, 100))).isEqualTo("EAGAIN");
        settle();
        List<Integer> received = new ArrayList<>();
        for (int i = 0; i < sent.size(); i++) {
            received.add(receive(server, 100));
        }
        assertThat(received).containsExactlyInAnyOrderElementsOf(sent).isNotEqualTo(sent);
        assertThat(name(receive(server, 100))).isEqualTo("EAGAIN");
    }

    @Test
    void thatAPeerIsGoneIsToldLater() throws Exception {
        open(latency(5, 5));
        sockets.close(server);
        assertThat(send(client, 1)).isEqualTo(1);
        assertThat(bits(client)).isEqualTo(PollBits.OUT);
        settle();
        assertThat(bits(client)).isEqualTo(PollBits.OUT | PollBits.ERR);
        assertThat(name(send(client, 1))).isEqualTo("ECONNREFUSED");
    }

    @Test
    void thoseThatFindAFullReceiveBufferAreLost() throws Exception {
        open(KernelOptions.defaults());
        sockets.receiveBufferSize(server, 1_000); // doubled: socket(7)
        for (int i = 0; i < 5; i++) {
            assertThat(send(client, 600)).isEqualTo(600);
        }
        int received = 0;
        while (receive(server, 600) == 600) {
            received++;
        }
        assertThat(received).isEqualTo(3);
    }

    @Test
    void tcpAndUdpHavePortsOfTheirOwn() throws Exception {
        open(KernelOptions.defaults());
        int listener = sockets.listen(sockets.localAddress(server), ListenOptions.defaults());
        try (NativeAddress target = NativeAddress.of(sockets.localAddress(listener))) {
            int other = sockets.bindDatagram(ANY_PORT);
            assertThat(sockets.send(other, ByteBuffer.allocate(3), target)).isEqualTo(3);
        }
        assertThat(receive(server, 10)).isEqualTo(3);
        assertThat(name(sockets.accept(listener))).isEqualTo("EAGAIN");
    }
}
