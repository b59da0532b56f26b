package dev.eventloop.lb.proxyprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.Program;
import dev.eventloop.fixture.ScriptedServer;
import dev.eventloop.lb.proxyprotocol.ProxyHeaderReader.Progress;
import dev.eventloop.net.NativeAddress;
import dev.eventloop.net.NativeBuffer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * We read the headers of HAProxy and nginx, and they read ours. Skipped if they are not installed.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class HaproxyAndNginxAgreeTest {
    private static final Ends IPV4 = new Ends("192.0.2.1", 1, "198.51.100.255", 65_535);
    private static final Ends IPV6 = new Ends("2001:db8::1", 1024, "fe80::1:0:2", 80);
    private static final Ends MIXED = new Ends("192.0.2.1", 1, "2001:db8::2", 2);

    private static final String REQUEST = "GET / HTTP/1.0\r\n\r\n";

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, send-proxy",
        "127.0.0.1, send-proxy-v2",
        "127.0.0.1, send-proxy-v2 proxy-v2-options crc32c",
        "::1, send-proxy",
        "::1, send-proxy-v2",
        "::1, send-proxy-v2 proxy-v2-options crc32c"
    })
    void headersOfHaproxyAreRead(String host, String how) throws Exception {
        InetAddress address = InetAddress.getByName(host);
        int port = RealProxies.freePort(address);
        try (ScriptedServer server =
                        ScriptedServer.start(HaproxyAndNginxAgreeTest::answerWithHeader);
                Program haproxy =
                        RealProxies.haproxy(
                                folder, "tcp", bind(address, port), serverLine(server, how))) {
            try (Peer client = RealProxies.connect(haproxy, address, port)) {
                client.send("GET / is payload").finish();
                assertThat(client.readTextToEnd())
                        .isEqualTo(bothEnds(client) + ", then GET / is payload");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"send-proxy", "send-proxy-v2"})
    void headersOfHaproxysHealthChecksAreRead(String how) throws Exception {
        InetAddress address = InetAddress.getLoopbackAddress();
        int port = RealProxies.freePort(address);
        Queue<Reading> readings = new ConcurrentLinkedQueue<>();
        try (ScriptedServer server = ScriptedServer.start(client -> keepReading(client, readings));
                Program haproxy =
                        RealProxies.haproxy(
                                folder,
                                "tcp",
                                bind(address, port),
                                serverLine(server, how + " check inter 100ms check-send-proxy"))) {
            Await.until("a check is read, " + haproxy, () -> !readings.isEmpty());
        }
        for (Reading reading : readings) {
            assertThat(reading.progress()).as("%s", reading).isEqualTo(Progress.DONE);
            if (how.endsWith("v2")) {
                assertThat(reading.addresses()).as("LOCAL").isEqualTo("unknown");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void haproxyReadsOurHeaders(ProxyProtocol version) throws Exception {
        InetAddress address = InetAddress.getLoopbackAddress();
        int port = RealProxies.freePort(address);
        try (Program haproxy =
                RealProxies.haproxy(
                        folder,
                        "http",
                        bind(address, port) + " accept-proxy",
                        "http-request return status 200 content-type text/plain lf-string"
                                + " \"from %[src] %[src_port] to %[dst] %[dst_port]\"")) {
            RealProxies.connect(haproxy, address, port).close();
            assertThatPeerSays(
                    "from 192.0.2.1 1 to 198.51.100.255 65535", port, REQUEST, version, IPV4);
            assertThatPeerSays(
                    "from 2001:db8::1 1024 to fe80::1:0:2 80", port, REQUEST, version, IPV6);
            assertThatPeerSays(
                    "from ::ffff:192.0.2.1 1 to 2001:db8::2 2", port, REQUEST, version, MIXED);
            assertThatPeerSeesThroughLocal("from %s %d to %s %d", port, REQUEST, version);
        }
    }

    /** Without a payload, since nginx answers at once and sends a RST for unread data. */
    @ParameterizedTest
    @EnumSource
    void nginxReadsOurHeaders(ProxyProtocol version) throws Exception {
        InetAddress address = InetAddress.getLoopbackAddress();
        int port = RealProxies.freePort(address);
        try (Program nginx = RealProxies.nginx(folder, port)) {
            RealProxies.connect(nginx, address, port).close();
            assertThatPeerSays(
                    "from 192.0.2.1 1 to 198.51.100.255 65535;", port, "", version, IPV4);
            assertThatPeerSays("from 2001:db8::1 1024 to fe80::1:0:2 80;", port, "", version, IPV6);
            assertThatPeerSays(
                    "from ::ffff:192.0.2.1 1 to 2001:db8::2 2;", port, "", version, MIXED);
            assertThatPeerSeesThroughLocal("from   to  ; over %s %d to %s %d", port, "", version);
        }
    }

    private static void assertThatPeerSays(
            String what, int port, String payload, ProxyProtocol version, Ends ends)
            throws Exception {
        ProxyAddresses addresses = ends.addresses();
        try (Peer peer = Peer.connect(port);
                NativeBuffer buffer = NativeBuffer.allocate(Reading.CAPACITY)) {
            ProxyHeaderWriter.write(version, addresses, buffer);
            assertThat(ask(peer, buffer, payload)).contains(what);
        }
    }

    /** The answer contains the connection's own addresses. */
    private static void assertThatPeerSeesThroughLocal(
            String format, int port, String payload, ProxyProtocol version) throws Exception {
        try (Peer peer = Peer.connect(port);
                NativeBuffer buffer = NativeBuffer.allocate(Reading.CAPACITY)) {
            ProxyHeaderWriter.writeLocal(version, buffer);
            String host = peer.socket().getInetAddress().getHostAddress();
            assertThat(ask(peer, buffer, payload))
                    .contains(format.formatted(host, peer.localPort(), host, port));
        }
    }

    private static String ask(Peer peer, NativeBuffer header, String payload) throws IOException {
        peer.send(take(header) + payload);
        return peer.readTextToEnd();
    }

    private static String take(NativeBuffer buffer) {
        byte[] bytes = new byte[buffer.readable()];
        assertThat(buffer.get(ByteBuffer.wrap(bytes))).isEqualTo(bytes.length);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Answers with the content of the header and the bytes after it. */
    private static void answerWithHeader(Peer client) throws Exception {
        ProxyAddresses addresses = new ProxyAddresses();
        ProxyHeaderReader reader = new ProxyHeaderReader(addresses);
        try (NativeBuffer buffer = NativeBuffer.allocate(Reading.CAPACITY)) {
            Progress progress = Progress.MORE;
            byte[] piece = new byte[7];
            while (progress == Progress.MORE) {
                int count = client.read(piece, 0, piece.length);
                assertThat(count).as("bytes of a header").isPositive();
                assertThat(buffer.put(ByteBuffer.wrap(piece, 0, count))).isEqualTo(count);
                progress = reader.read(buffer);
            }
            String payload = take(buffer) + client.readTextToEnd();
            client.send(addresses + reader.why() + ", then " + payload);
        }
    }

    /** A check may reset its connection at any time, even before it has sent a byte. */
    private static void keepReading(Peer client, Queue<Reading> readings) throws IOException {
        byte[] bytes = new byte[200];
        try {
            int count = client.read(bytes, 0, bytes.length);
            if (count > 0) {
                readings.add(Reading.of(Arrays.copyOf(bytes, count)));
            }
        } catch (SocketException e) {
            assertThat(Peer.isReset(e)).isTrue();
        }
    }

    private static String bothEnds(Peer client) {
        ProxyAddresses addresses = new ProxyAddresses();
        try (NativeAddress source = NativeAddress.of(client.socket().getLocalSocketAddress());
                NativeAddress destination =
                        NativeAddress.of(client.socket().getRemoteSocketAddress())) {
            addresses.set(source, destination);
        }
        return addresses.toString();
    }

    private static String bind(InetAddress address, int port) {
        return "bind " + address.getHostAddress() + ":" + port; // the last colon is the port's
    }

    private static String serverLine(ScriptedServer server, String how) {
        return "server s 127.0.0.1:" + server.port() + " " + how;
    }

    private record Ends(String source, int sourcePort, String destination, int destinationPort) {
        ProxyAddresses addresses() throws IOException {
            ProxyAddresses addresses = new ProxyAddresses();
            try (NativeAddress from = address(source, sourcePort);
                    NativeAddress to = address(destination, destinationPort)) {
                addresses.set(from, to);
            }
            return addresses;
        }

        private static NativeAddress address(String host, int port) throws IOException {
            return NativeAddress.of(new InetSocketAddress(InetAddress.getByName(host), port));
        }
    }
}
