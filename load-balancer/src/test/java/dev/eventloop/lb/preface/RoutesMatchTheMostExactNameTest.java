package dev.eventloop.lb.preface;

import static dev.eventloop.lb.preface.HelloBytes.hello;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.eventloop.net.NativeBuffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Exact names come before wildcards, wildcards before protocols alone, those before the default.
 */
@Timeout(60)
@Tag("fast")
class RoutesMatchTheMostExactNameTest {
    private static final List<Route<String>> ROUTES =
            List.of(
                    route("www.example.org", null, "exact"),
                    route("www.example.org", "h2", "exact h2"),
                    route("*.example.org", null, "wild"),
                    route("*.example.org", "h2", "wild h2"),
                    route("*.deep.example.org", null, "deep"),
                    route("*.only.example.org", "acme-tls/1", "only acme"),
                    route("only.example.org", "acme-tls/1", "exact acme"),
                    route("*.org", null, "org"),
                    route(null, "h2", "any h2"),
                    route(null, "acme-tls/1", "any acme"));

    private static Route<String> route(String name, String protocol, String pool) {
        return new Route<>(name == null ? null : ServerNamePattern.parse(name), protocol, pool);
    }

    private static String find(RouteTable<String> table, String name, String... protocols) {
        HelloBytes bytes = hello();
        if (name != null) {
            bytes.serverName(name);
        }
        if (protocols.length > 0) {
            bytes.protocols(protocols);
        }
        return table.find(read(bytes.record()));
    }

    private static ClientHello read(byte[] stream) {
        ClientHello hello = new ClientHello();
        try (NativeBuffer buffer = NativeBuffer.allocate(ClientHello.LIMIT)) {
            buffer.put(ByteBuffer.wrap(stream));
            assertThat(hello.read(buffer)).isNotNull();
        }
        return hello;
    }

    @Test
    void whateverTheOrderOfTheRoutes() {
        List<Route<String>> routes = new ArrayList<>(ROUTES);
        for (int i = 0; i < 20; i++) {
            RouteTable<String> table = new RouteTable<>(routes, "default");
            assertThat(find(table, "www.example.org")).isEqualTo("exact");
            assertThat(find(table, "www.example.org", "h2")).isEqualTo("exact h2");
            assertThat(find(table, "www.example.org", "h3")).isEqualTo("exact");
            assertThat(find(table, "WWW.example.ORG.")).isEqualTo("exact");
            assertThat(find(table, "ftp.example.org")).isEqualTo("wild");
            assertThat(find(table, "ftp.example.org", "x", "h2")).isEqualTo("wild h2");
            assertThat(find(table, "ftp.example.com")).isEqualTo("default");
            assertThat(find(table, "ftp.example.com", "h2")).isEqualTo("any h2");
            assertThat(find(table, null, "h2")).isEqualTo("any h2");
            assertThat(find(table, null, "h3")).isEqualTo("default");
            assertThat(find(table, null)).isEqualTo("default");
            Collections.shuffle(routes, new Random(i));
        }
    }

    @Test
    void aWildcardIsForOneOrMoreLabels() {
        RouteTable<String> table = new RouteTable<>(ROUTES, "default");
        assertThat(find(table, "a.b.c.example.org")).isEqualTo("wild");
        assertThat(find(table, "example.org")).as("not for the domain itself").isEqualTo("org");
        assertThat(find(table, "badexample.org")).as("it ends with a label").isEqualTo("org");
        assertThat(find(table, "org")).isEqualTo("default");
    }

    @Test
    void theLongestSuffixWins() {
        RouteTable<String> table = new RouteTable<>(ROUTES, "default");
        assertThat(find(table, "a.deep.example.org")).isEqualTo("deep");
        assertThat(find(table, "a.b.deep.example.org", "h2")).isEqualTo("deep");
        assertThat(find(table, "deep.example.org", "h2")).isEqualTo("wild h2");
    }

    @Test
    void aRouteWhoseProtocolIsNotOfferedIsPassedOver() {
        RouteTable<String> table = new RouteTable<>(ROUTES, "default");
        assertThat(find(table, "a.only.example.org", "acme-tls/1")).isEqualTo("only acme");
        assertThat(find(table, "a.only.example.org", "h2")).isEqualTo("wild h2");
        assertThat(find(table, "a.only.example.org")).isEqualTo("wild");
        assertThat(find(table, "only.example.org", "acme-tls/1")).isEqualTo("exact acme");
        assertThat(find(table, "only.example.org", "http/1.1")).isEqualTo("wild");
    }

    @Test
    void ofSeveralProtocolsTheClientsFirstChoiceCounts() {
        RouteTable<String> table = new RouteTable<>(ROUTES, "default");
        assertThat(find(table, null, "h2", "acme-tls/1")).isEqualTo("any h2");
        assertThat(find(table, null, "x", "acme-tls/1", "h2")).isEqualTo("any acme");
        assertThat(find(table, null, "H2")).as("case matters").isEqualTo("default");
        assertThat(find(table, null, "h", "h22")).isEqualTo("default");
    }

    @Test
    void withoutHelloOrBeforeItIsFoundTheDefaultPoolIsLeft() {
        byte[] stream = hello().serverName("www.example.org").protocols("h2").record();
        byte[] cut = Arrays.copyOf(stream, stream.length - 1);
        byte[] broken = stream.clone();
        broken[stream.length - 3]++;
        byte[] sslv2 = HelloBytes.sslv2(0x0301, 3, 0, 32);
        for (String pool : Arrays.asList("default", null)) {
            RouteTable<String> table = new RouteTable<>(ROUTES, pool);
            assertThat(table.find()).isEqualTo(pool);
            for (byte[] other : List.of(new byte[0], cut, broken, sslv2, new byte[100])) {
                assertThat(table.find(read(other))).isEqualTo(pool);
            }
            assertThat(find(table, "192.0.2.1")).isEqualTo(pool);
            assertThat(find(table, "*.example.org")).isEqualTo(pool);
            ClientHello hello = read(stream);
            assertThat(table.find(hello)).isEqualTo("exact h2");
            hello.reset();
            assertThat(table.find(hello)).isEqualTo(pool);
        }
    }

    @Test
    void aTableWithoutRoutesNeedsNoHello() {
        RouteTable<String> empty = new RouteTable<>(List.of(), "default");
        assertThat(empty.needsHello()).isFalse();
        assertThat(empty.find()).isEqualTo("default");
        assertThat(find(empty, "www.example.org", "h2")).isEqualTo("default");
        for (Route<String> route : ROUTES) {
            assertThat(new RouteTable<>(List.of(route), null).needsHello()).isTrue();
        }
    }

    @Test
    void namesInOtherScriptsAreFoundByTheirALabels() {
        RouteTable<String> table =
                new RouteTable<>(
                        List.of(
                                route("B\u00dcCHER.example", null, "books"),
                                route("*.\u4f8b\u3048\u3002\u30c6\u30b9\u30c8", null, "test")),
                        null);
        assertThat(find(table, "xn--bcher-kva.example")).isEqualTo("books");
        assertThat(find(table, "XN--Bcher-KVA.example")).isEqualTo("books");
        assertThat(find(table, "www.xn--r8jz45g.xn--zckzah")).isEqualTo("test");
    }

    @Test
    void twoRoutesForTheSameAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new RouteTable<>(
                                        List.of(
                                                route("*.Example.org.", "h2", "a"),
                                                route("*.example.org", null, "b"),
                                                route("*.example.org", "h2", "c")),
                                        null))
                .withMessage(
                        "there are two routes for *.example.org with the ALPN protocol h2, the"
                                + " second to c; leave one of them out");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new RouteTable<>(
                                        List.of(route(null, "h2", "a"), route(null, "h2", "a")),
                                        null))
                .withMessageStartingWith("there are two routes for the ALPN protocol h2, ");
    }

    @Test
    void tenThousandRoutesAreAllFound() {
        List<Route<String>> routes = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            routes.add(route("host" + i + ".example.org", null, "host " + i));
            routes.add(route("*.domain" + i + ".example", "h2", "domain " + i));
        }
        RouteTable<String> table = new RouteTable<>(routes, null);
        for (int i = 0; i < 5000; i++) {
            assertThat(find(table, "host" + i + ".example.org")).isEqualTo("host " + i);
            assertThat(find(table, "a.b.domain" + i + ".example", "h2")).isEqualTo("domain " + i);
            assertThat(find(table, "a.b.domain" + i + ".example")).isNull();
            assertThat(find(table, "a.host" + i + ".example.org")).isNull();
        }
    }

    /** Few labels and protocols, so that there is much to choose from. */
    @Test
    void randomTablesAnswerAsOneThatTriesEachRoute() {
        Random random = new Random(42);
        for (int round = 0; round < 300; round++) {
            List<Route<String>> routes = new ArrayList<>();
            for (int i = random.nextInt(12); i >= 0; i--) {
                String name = (random.nextBoolean() ? "*." : "") + randomName(random, 3);
                Route<String> route =
                        random.nextInt(5) == 0
                                ? route(null, randomProtocol(random), "pool " + i)
                                : route(
                                        name,
                                        random.nextBoolean() ? randomProtocol(random) : null,
                                        "pool " + i);
                if (routes.stream().noneMatch(r -> r.condition().equals(route.condition()))) {
                    routes.add(route);
                }
            }
            RouteTable<String> table = new RouteTable<>(routes, null);
            for (int i = 0; i < 50; i++) {
                String name = random.nextInt(8) == 0 ? null : randomName(random, 5);
                String[] protocols =
                        random.ints(random.nextInt(3), 0, 3)
                                .distinct()
                                .mapToObj(p -> "p" + p)
                                .toArray(String[]::new);
                assertThat(find(table, name, protocols))
                        .as("%s %s in %s", name, Arrays.toString(protocols), routes)
                        .isEqualTo(tryEach(routes, name, protocols));
            }
        }
    }

    private static String randomName(Random random, int labels) {
        StringBuilder name = new StringBuilder().append((char) ('a' + random.nextInt(2)));
        for (int i = random.nextInt(labels); i > 0; i--) {
            name.append('.').append((char) ('a' + random.nextInt(2)));
        }
        return name.toString();
    }

    private static String randomProtocol(Random random) {
        return "p" + random.nextInt(3);
    }

    private static String tryEach(List<Route<String>> routes, String name, String... protocols) {
        Route<String> best = null;
        int bestRank = -1;
        for (Route<String> route : routes) {
            int offered = Arrays.asList(protocols).indexOf(route.protocol());
            int ofName = rankOfName(route, name);
            if (ofName >= 0 && (route.protocol() == null || offered >= 0)) {
                int rank = ofName * 10 + (route.protocol() == null ? 0 : 9 - offered);
                best = rank > bestRank ? route : best;
                bestRank = Math.max(rank, bestRank);
            }
        }
        return best == null ? null : best.pool();
    }

    /** -1 if the route is for other names. */
    private static int rankOfName(Route<String> route, String name) {
        if (route.serverName() == null) {
            return 0;
        }
        String pattern = route.serverName().text();
        if (name == null) {
            return -1;
        }
        if (pattern.startsWith("*.")) {
            return name.endsWith(pattern.substring(1)) ? pattern.length() : -1;
        }
        return name.equals(pattern) ? 1000 : -1;
    }
}
