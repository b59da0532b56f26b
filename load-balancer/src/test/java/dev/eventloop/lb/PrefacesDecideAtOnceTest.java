package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.fixture.Hellos;
import dev.eventloop.lb.fixture.Unchecked;
import dev.eventloop.lb.proxyprotocol.ProxyProtocol;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a client's PROXY header and its source decide, without any time going by. */
@Tag("fast")
class PrefacesDecideAtOnceTest {
    private final SteppedScene scene = new SteppedScene();

    @AfterEach
    void end() {
        scene.close();
        assertThat(scene.kernel().openFiles()).isZero();
    }

    @Test
    @DisplayName("a malformed header ends the connection, not the preface timeout")
    void malformed() throws Exception {
        scene.openTcp(Unchecked.builder().acceptProxyProtocol(true), scene.kernel());
        scene.client().send("GET / HTTP/1.1\r\n\r\n");
        scene.turn();
        assertThat(scene.closes()).isEqualTo(Map.of(CloseReason.BAD_PROXY_HEADER, 1L));
    }

    @Test
    @DisplayName("a header without addresses is passed on with those of the connection")
    void unknown() throws Exception {
        scene.openTcp(
                Unchecked.builder().acceptProxyProtocol(true).sendProxyProtocol(ProxyProtocol.V1),
                scene.kernel());
        scene.client().send("PROXY UNKNOWN\r\nhello");
        scene.turn();
        assertThat(scene.backend().read())
                .matches("PROXY TCP4 127.0.0.1 127.0.0.1 [0-9]+ 8080\r\nhello");
    }

    @Test
    @DisplayName("a ClientHello behind a PROXY header of 60,000 bytes is read to its end")
    void longHeader() throws Exception {
        scene.openTcp(
                Unchecked.builder()
                        .acceptProxyProtocol(true)
                        .frontend("default", f -> f.route("a.org", null, "default")),
                scene.kernel());
        String[] protocols = new String[1_000];
        Arrays.setAll(protocols, i -> "protocol-" + i);
        String hello = new String(Hellos.of("a.org", protocols), StandardCharsets.ISO_8859_1);
        assertThat(hello).hasSizeGreaterThan(12_000);
        SteppedPeer client = scene.client();
        client.send(headerWithTlv(60_000) + hello);
        scene.turn();
        assertThat(scene.closes()).isEmpty();
        assertThat(scene.backend().read()).isEqualTo(hello);
    }

    /** PROXY v2, LOCAL, whose only content is a TLV of no meaning. */
    private static String headerWithTlv(int length) {
        return "\r\n\r\n\0\r\nQUIT\n \0"
                + (char) ((length + 3) >> 8)
                + (char) ((length + 3) & 0xff)
                + '\u00ee'
                + (char) (length >> 8)
                + (char) (length & 0xff)
                + "t".repeat(length);
    }

    @Test
    @DisplayName("a source at its limit may send another client once one has left")
    void sourceLimit() throws Exception {
        scene.openTcp(Unchecked.builder().maxConnectionsPerSource(1), scene.kernel());
        for (int i = 0; i < 3; i++) {
            SteppedPeer client = scene.client().send("hello");
            scene.turn();
            SteppedPeer backend = scene.backend();
            assertThat(backend.read()).isEqualTo("hello");
            client.close();
            backend.close();
            scene.turn();
        }
        assertThat(scene.closes()).doesNotContainKey(CloseReason.SOURCE_LIMIT);
    }
}
