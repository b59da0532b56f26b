package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.OtherSource;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.Visitors;
import dev.eventloop.lb.fixture.Closes;
import dev.eventloop.lb.fixture.Unchecked;
import dev.eventloop.lb.product.Product;
import dev.eventloop.lb.product.RunningProxy;
import dev.eventloop.lb.product.Scene;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Clients in a denied range are refused; with allowed ranges all other clients are refused too.
 * nginx and HAProxy apply rules in order, so they get the deny rules first.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class OnlyTheAllowedGetInTest {
    @TempDir private Path folder;

    private record Rules(String allowed, String denied, String in) {
        @Override
        public String toString() {
            return "allow [" + allowed + "] deny [" + denied + "] lets in [" + in + "]";
        }
    }

    /**
     * 1 is 127.0.0.1, 2 is 127.0.1.2, 6 is ::1. Leaves out 0.0.0.0/0, which matches ::1 in HAProxy
     * (as 0.0.0.1), and ::/0, which matches IPv4 addresses here and in HAProxy, but not in nginx.
     */
    private static final List<Rules> RULES =
            List.of(
                    new Rules("", "", "126"),
                    new Rules("127.0.0.1", "", "1"),
                    new Rules("127.0.0.1/32", "", "1"),
                    new Rules("", "127.0.0.1", "26"),
                    new Rules("127.0.0.0/8", "", "12"),
                    new Rules("", "127.0.0.0/8", "6"),
                    new Rules("127.0.0.0/8", "127.0.1.0/24", "1"),
                    new Rules("127.0.1.0/24", "127.0.0.0/8", ""),
                    new Rules("::1", "", "6"),
                    new Rules("", "::1", "12"),
                    new Rules("::1 127.0.1.2", "", "26"),
                    new Rules("", "::1 127.0.1.2", "1"),
                    new Rules("64.0.0.0/2", "", "12"),
                    new Rules("", "64.0.0.0/2", "6"),
                    new Rules("10.0.0.0/8 2001:db8::/32", "", ""),
                    new Rules("", "10.0.0.0/8 2001:db8::/32", "126"),
                    new Rules("::1", "::1", ""),
                    new Rules("::/64 127.0.0.0/23", "127.0.1.2/31", "16"));

    static Stream<Arguments> everyCombination() {
        return Stream.of(Product.values())
                .flatMap(product -> RULES.stream().map(rules -> Arguments.of(product, rules)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("everyCombination")
    @DisplayName("allow and deny, over IPv4 and IPv6")
    void rulesDecide(Product product, Rules rules) throws Exception {
        InetAddress other = OtherSource.take(2);
        InetAddress ipv6 = OtherSource.ipv6();
        try (NamedServer server = NamedServer.start("S")) {
            Scene scene = Scene.over(server.port()).bothFamilies();
            split(rules.allowed()).forEach(scene::allow);
            split(rules.denied()).forEach(scene::deny);
            try (RunningProxy proxy = product.start(scene, folder)) {
                int port = proxy.port();
                StringBuilder in = new StringBuilder();
                in.append(Visitors.isTurnedAway(port) ? "" : "1");
                in.append(Visitors.isTurnedAway(other, port) ? "" : "2");
                in.append(Visitors.isTurnedAway(ipv6, port) ? "" : "6");
                assertThat(in.toString()).isEqualTo(rules.in());
                assertThat(server.served()).isEqualTo(rules.in().length());
            }
        }
    }

    private static List<String> split(String ranges) {
        return ranges.isEmpty() ? List.of() : List.of(ranges.split(" ", -1));
    }

    @Test
    @DisplayName("a denied client is reset before any backend is tried: denied")
    void denialIsTold() throws Exception {
        Closes closes = new Closes();
        try (NamedServer server = NamedServer.start("S");
                LoadBalancer lb =
                        Unchecked.builder()
                                .listen("127.0.0.1", 0)
                                .threads(1)
                                .backend("127.0.0.1", server.port())
                                .deny("127.0.0.1")
                                .connectionListener(closes)
                                .start()) {
            assertThat(Peer.connectAndReadUntilReset(lb.port())).isEmpty();
            ClosedConnection closed = closes.await(1).get(0);
            assertThat(closed.reason()).isEqualTo(CloseReason.DENIED);
            assertThat(closed.tried()).isEmpty();
            assertThat(server.served()).isZero();
        }
    }
}
