package dev.eventloop.lb.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.NamedServer;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.Type;

/** A name server that is silent or slow holds nothing up. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class SlowNameServersAreGivenUpTest {
    private static final String APP = "app.test";

    /** What a server does over TCP, after it has called its UDP answer truncated. */
    enum OverTcp {
        /** A byte every half second, of the 65,535 that it announced. */
        DRIBBLES,
        /** Accepts, and neither reads nor writes. */
        ACCEPTS,
        /** Truncates the answer again. */
        TRUNCATES
    }

    @ParameterizedTest
    @EnumSource(OverTcp.class)
    @DisplayName("whatever a server does over TCP, the next one is asked")
    void theNextServerIsAsked(OverTcp what) throws Exception {
        try (TcpServer bad = new TcpServer(what);
                ScriptedDns good = ScriptedDns.start().answer(APP, Type.A, "127.0.0.1")) {
            List<InetSocketAddress> servers = List.of(bad.dns.address(), good.address());
            Environment environment = new Environment(HostsFile.NONE, servers, List.of(), 1);
            try (Watched watched =
                    Watched.start(
                            new DnsBackends(
                                    DnsName.addresses(APP, 9000),
                                    DnsOptions.defaults(),
                                    () -> environment))) {
                watched.await("127.0.0.1:9000");
                assertThat(watched.log()).isEmpty();
            }
        }
    }

    @Test
    @DisplayName("200 pools whose names have no answer hold up no other pool")
    void otherPoolsAreServed() throws Exception {
        try (NamedServer server = NamedServer.start("A");
                ScriptedDns dns = ScriptedDns.start()) {
            LoadBalancerBuilder builder = LoadBalancer.builder().threads(1);
            builder.frontend("web", web -> web.listen("127.0.0.1", 0).pool("plain"));
            builder.pool("plain", pool -> pool.backend("127.0.0.1", server.port()));
            DnsOptions options = DnsOptions.defaults().server(dns.address());
            for (int i = 0; i < 200; i++) {
                String name = "n" + i + ".test.";
                dns.fail("n" + i + ".test", Type.A, ScriptedDns.SILENCE);
                builder.pool(
                        "p" + i,
                        pool ->
                                pool.backends(
                                        new DnsBackends(DnsName.addresses(name, 9), options)));
            }
            try (LoadBalancer lb = builder.start()) {
                assertThat(NamedServer.ask(lb.port())).isEqualTo("A");
                assertThat(lb.isReady()).isFalse();
            }
        }
    }

    /** A server whose TCP side never answers; its UDP side sends to it. */
    private static final class TcpServer implements AutoCloseable {
        private final ScriptedDns dns;
        private final ServerSocket tcp;

        TcpServer(OverTcp what) throws IOException {
            dns = ScriptedDns.startOverUdp();
            dns.raw(APP, Type.A, SlowNameServersAreGivenUpTest::truncated);
            tcp = dns.tcp();
            Thread thread = new Thread(() -> serve(what), "slow DNS over TCP");
            thread.setDaemon(true);
            thread.start();
        }

        private void serve(OverTcp what) {
            try (Socket client = tcp.accept()) {
                switch (what) {
                    case DRIBBLES -> {
                        client.getOutputStream().write(new byte[] {-1, -1});
                        while (!tcp.isClosed()) {
                            client.getOutputStream().write(0);
                            LockSupport.parkNanos(500_000_000);
                        }
                    }
                    case ACCEPTS -> tcp.accept().close(); // keeps the first one open
                    case TRUNCATES -> {
                        byte[] query = new byte[512];
                        int length = client.getInputStream().read(query);
                        byte[] answer = truncated(Arrays.copyOfRange(query, 2, length));
                        client.getOutputStream().write(new byte[] {0, (byte) answer.length});
                        client.getOutputStream().write(answer);
                    }
                }
            } catch (IOException e) {
                // the client gave up, or the test is over
            }
        }

        @Override
        public void close() throws IOException {
            dns.close();
        }
    }

    private static byte[] truncated(byte[] query) {
        byte[] answer = OddAnswers.answer(query, 0);
        answer[2] |= 2; // TC
        return answer;
    }
}
