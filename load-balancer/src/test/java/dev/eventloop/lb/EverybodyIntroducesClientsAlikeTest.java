package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.OtherSource;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.ScriptedServer;
import dev.eventloop.lb.product.Product;
import dev.eventloop.lb.product.RunningProxy;
import dev.eventloop.lb.product.Scene;
import dev.eventloop.lb.proxyprotocol.ProxyProtocol;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** PROXY headers are sent and accepted byte for byte as HAProxy and nginx do it. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class EverybodyIntroducesClientsAlikeTest {
    private static final byte[] SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");

    /** 192.0.2.7:4711 to 198.51.100.1:80. */
    private static final String ADDRESSES = "c0000207" + "c6336401" + "1267" + "0050";

    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();

    @TempDir private Path folder;

    @ParameterizedTest(name = "{0}, {1}, {2}")
    @CsvSource({
        "OURS, V1, TCP4", "OURS, V1, TCP6", "OURS, V2, TCP4", "OURS, V2, TCP6",
        "HAPROXY, V1, TCP4", "HAPROXY, V1, TCP6", "HAPROXY, V2, TCP4", "HAPROXY, V2, TCP6",
        "NGINX, V1, TCP4", "NGINX, V1, TCP6", "NGINX, V2, TCP4"
    })
    @DisplayName("the header is exact, and the payload follows")
    void headerIsExact(Product product, ProxyProtocol version, String family) throws Exception {
        boolean v6 = family.equals("TCP6");
        InetAddress source = v6 ? OtherSource.ipv6() : InetAddress.getLoopbackAddress();
        try (ScriptedServer server =
                        ScriptedServer.start(client -> received.add(client.readToEnd()));
                RunningProxy proxy =
                        product.start(
                                Scene.over(server.port()).bothFamilies().sends(version), folder);
                Peer client = Peer.connectFrom(source, proxy.port())) {
            client.send("hello").finish();
            byte[] header =
                    version == ProxyProtocol.V1
                            ? line(family, v6 ? "::1" : "127.0.0.1", client, proxy)
                            : binary(v6 ? 0x21 : 0x11, source, client, proxy);
            assertThat(received.take()).isEqualTo(join(header, ascii("hello")));
        }
    }

    private static byte[] line(String family, String host, Peer client, RunningProxy proxy) {
        return ascii(
                "PROXY %s %s %s %d %d\r\n"
                        .formatted(family, host, host, client.localPort(), proxy.port()));
    }

    private static byte[] binary(int family, InetAddress host, Peer client, RunningProxy proxy) {
        byte[] ip = host.getAddress();
        int length = 2 * ip.length + 2 * Short.BYTES;
        return ByteBuffer.allocate(SIGNATURE.length + 4 + length)
                .put(SIGNATURE)
                .put((byte) 0x21)
                .put((byte) family)
                .putShort((short) length)
                .put(ip)
                .put(ip)
                .putShort((short) client.localPort())
                .putShort((short) proxy.port())
                .array();
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("without the option no header is sent")
    void withoutHeader(Product product) throws Exception {
        try (ScriptedServer server =
                        ScriptedServer.start(client -> received.add(client.readToEnd()));
                RunningProxy proxy = product.start(Scene.over(server.port()), folder);
                Peer client = Peer.connect(proxy.port())) {
            client.send("hello").finish();
            assertThat(received.take()).isEqualTo(ascii("hello"));
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("the log has the client address of the header, of either version")
    void namedClientIsLogged(Product product) throws Exception {
        try (ScriptedServer server =
                        ScriptedServer.start(client -> received.add(client.readToEnd()));
                RunningProxy proxy =
                        product.start(Scene.over(server.port()).acceptsProxyProtocol(), folder)) {
            say(proxy, ascii("PROXY TCP4 192.0.2.7 198.51.100.1 4711 80\r\n"));
            assertThat(proxy.log(1).get(0).client()).isEqualTo("192.0.2.7:4711");
            say(proxy, ascii("PROXY TCP6 2001:db8::7 2001:db8::1 4712 80\r\n"));
            assertThat(proxy.log(2).get(1).client()).matches("\\[?2001:db8::7\\]?:4712");
            say(proxy, binary("2111", ADDRESSES));
            assertThat(proxy.log(3).get(2).client()).isEqualTo("192.0.2.7:4711");
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("PROXY UNKNOWN and LOCAL keep the address of the connection")
    void unknownKeepsTheAddress(Product product) throws Exception {
        try (ScriptedServer server =
                        ScriptedServer.start(client -> received.add(client.readToEnd()));
                RunningProxy proxy =
                        product.start(Scene.over(server.port()).acceptsProxyProtocol(), folder)) {
            int port = say(proxy, ascii("PROXY UNKNOWN\r\n"));
            assertThat(proxy.log(1).get(0).client()).isEqualTo("127.0.0.1:" + port);
            port = say(proxy, binary("2000", ""));
            assertThat(proxy.log(2).get(1).client()).isEqualTo("127.0.0.1:" + port);
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("source-hash uses the address in the header")
    void namedClientIsHashed(Product product) throws Exception {
        try (NamedServer a = NamedServer.start("A");
                NamedServer b = NamedServer.start("B");
                RunningProxy proxy =
                        product.start(
                                Scene.over(a.port(), b.port())
                                        .algorithm(Algorithm.SOURCE_HASH)
                                        .acceptsProxyProtocol(),
                                folder)) {
            StringBuilder answers = new StringBuilder();
            for (int i = 1; i <= 40; i++) {
                String once = askAs("192.0.2." + i, proxy);
                assertThat(askAs("192.0.2." + i, proxy)).isEqualTo(once);
                answers.append(once);
            }
            assertThat(answers.toString()).contains("A", "B");
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("access rules use the address in the header")
    void namedClientIsDenied(Product product) throws Exception {
        try (NamedServer server = NamedServer.start("S");
                RunningProxy proxy =
                        product.start(
                                Scene.over(server.port()).deny("192.0.2.7").acceptsProxyProtocol(),
                                folder)) {
            assertThat(isTurnedAway(proxy, line("192.0.2.7"))).isTrue();
            assertThat(isTurnedAway(proxy, line("192.0.2.8"))).isFalse();
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("a client without a valid header is closed, and no backend is connected to")
    void withoutHeaderNobodyGetsIn(Product product) throws Exception {
        try (NamedServer server = NamedServer.start("S");
                RunningProxy proxy =
                        product.start(Scene.over(server.port()).acceptsProxyProtocol(), folder)) {
            assertThat(isTurnedAway(proxy, "GET / HTTP/1.1\r\nHost: none\r\n\r\n")).isTrue();
            assertThat(isTurnedAway(proxy, "PROXY TCP4 192.0.2.7\r\n")).isTrue();
            assertThat(isTurnedAway(proxy, "PROXY NCP4 192.0.2.7 192.0.2.8 1 2\r\n")).isTrue();
            assertThat(server.served()).isZero();
            assertThat(isTurnedAway(proxy, line("192.0.2.7"))).isFalse();
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("TLVs of version 2 are skipped, also those of unknown types")
    void tlvsAreIgnored(Product product) throws Exception {
        // None of the three products passes TLVs on to the backend.
        try (ScriptedServer server =
                        ScriptedServer.start(client -> received.add(client.readToEnd()));
                RunningProxy proxy =
                        product.start(Scene.over(server.port()).acceptsProxyProtocol(), folder)) {
            String noop = "04" + "0003" + "000000";
            String authority = "02" + "0003" + "666f6f";
            String unknown = "77" + "0004" + "deadbeef";
            say(proxy, binary("2111", ADDRESSES + noop + authority + unknown));
            assertThat(proxy.log(1).get(0).client()).isEqualTo("192.0.2.7:4711");
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(names = "NGINX", mode = EnumSource.Mode.EXCLUDE) // it has no health checks
    @DisplayName("a health check with a header of version 2 sends LOCAL")
    void checksAreLocal(Product product) throws Exception {
        try (ScriptedServer server = ScriptedServer.start(this::receiveSixteen);
                RunningProxy proxy =
                        product.start(
                                Scene.over(server.port()).checked().sends(ProxyProtocol.V2),
                                folder)) {
            proxy.awaitHealth(server.port(), true);
            assertThat(received.take()).isEqualTo(binary("2000", ""));
        }
    }

    /** HAProxy ends its checks with a reset, which may arrive before the header is read. */
    private void receiveSixteen(Peer client) throws IOException {
        try {
            received.add(client.read(16));
            assertThat(client.readToEnd()).isEmpty();
        } catch (SocketException e) {
            assertThat(Peer.isReset(e)).isTrue();
        }
    }

    /** Sends the header and hello; the server must get only hello. Returns the local port. */
    private int say(RunningProxy proxy, byte[] header) throws Exception {
        try (Peer client = Peer.connect(proxy.port())) {
            client.send(join(header, ascii("hello"))).finish();
            assertThat(received.take()).isEqualTo(ascii("hello"));
            return client.localPort();
        }
    }

    private static String askAs(String source, RunningProxy proxy) throws IOException {
        try (Peer client = Peer.connect(proxy.port())) {
            return client.send(line(source)).readTextToEnd();
        }
    }

    private static boolean isTurnedAway(RunningProxy proxy, String beginning) throws IOException {
        try (Peer client = Peer.connect(proxy.port())) {
            return client.send(beginning).read(new byte[1], 0, 1) < 0;
        } catch (SocketException e) {
            assertThat(Peer.isReset(e)).isTrue();
            return true;
        }
    }

    private static String line(String source) {
        return String.format(Locale.ROOT, "PROXY TCP4 %s 198.51.100.1 4711 80\r\n", source);
    }

    private static byte[] binary(String commandAndFamily, String rest) {
        byte[] kind = HexFormat.of().parseHex(commandAndFamily);
        byte[] content = HexFormat.of().parseHex(rest);
        byte[] length = ByteBuffer.allocate(2).putShort((short) content.length).array();
        return join(SIGNATURE, kind, length, content);
    }

    private static byte[] join(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(p -> p.length).sum());
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
