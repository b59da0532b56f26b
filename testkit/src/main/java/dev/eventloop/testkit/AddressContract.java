package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.net.ListenOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** Wildcard addresses, of machines with and without IPv6. */
abstract class AddressContract extends ContractCase {
    private int listen(String host, ListenOptions options) throws ErrnoException {
        return fds.own(sockets.listen(new InetSocketAddress(host, 0), options));
    }

    private void assertReachable(int listener, InetSocketAddress address) throws Exception {
        recorder.forget();
        loop.add(listener, Events.READ, recorder, null);
        int client = fds.own(sockets.connect(address));
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        fds.own(sockets.accept(listener));
        loop.del(listener);
        loop.add(client, Events.WRITE, recorder, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(sockets.connectResult(client)).isZero();
        loop.del(client);
    }

    @Test
    void toConnectToAWildcardIsToConnectToTheLoopbackOfItsFamily() throws Exception {
        int listener = listen("0.0.0.0", ListenOptions.defaults());
        InetSocketAddress wildcard = sockets.localAddress(listener);
        assertThat(wildcard.getAddress().isAnyLocalAddress()).isTrue();
        assertReachable(listener, wildcard);
        assertReachable(
                listener,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), wildcard.getPort()));
    }

    /** Also where the loopback interface has no {@code ::1}. */
    @Test
    void theWildcardOfIpv6TakesClientsOfIpv4() throws Exception {
        int listener;
        try {
            listener = listen("::", ListenOptions.defaults().v6Only(false));
        } catch (ErrnoException e) {
            assumeTrue(false, "this machine has no IPv6: " + e.getMessage());
            return;
        }
        int port = sockets.localAddress(listener).getPort();
        assertReachable(listener, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    @Test
    void soItIsForDatagrams() throws Exception {
        int server = fds.own(sockets.bindDatagram(new InetSocketAddress("0.0.0.0", 0)));
        int client = fds.own(sockets.connectDatagram(sockets.localAddress(server)));
        assertThat(sockets.remoteAddress(client).getAddress().isLoopbackAddress()).isTrue();
        loop.add(server, Events.READ, recorder, null);
        fds.send(client, "x");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(fds.receive(server)).isEqualTo("x");
    }
}
