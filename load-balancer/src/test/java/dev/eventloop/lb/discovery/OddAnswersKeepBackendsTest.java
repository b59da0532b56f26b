package dev.eventloop.lb.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Type;

/** Only NXDOMAIN and an answer without records, to the question that was asked, remove backends. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class OddAnswersKeepBackendsTest {
    @Test
    @DisplayName("what is no answer to the question keeps the backends, and is logged")
    void oddAnswersKeepBackends() throws Exception {
        Map<String, Watched> watched = new LinkedHashMap<>();
        try (ScriptedDns dns = ScriptedDns.startOverUdp()) {
            dns.tcp().close();
            Map<String, UnaryOperator<byte[]>> odd = OddAnswers.all();
            for (String kind : odd.keySet()) {
                dns.answer(name(kind), Type.A, "127.0.0.1");
                watched.put(kind, watch(name(kind), dns));
                dns.raw(name(kind), Type.A, odd.get(kind));
            }
            List<String> names = watched.keySet().stream().map(this::name).toList();
            Watched log = watched.values().iterator().next(); // has the lines of all
            for (String name : names) {
                Await.until("a sentence about " + name, () -> lines(log, name) > 0);
            }
            Map<String, Integer> before = new HashMap<>();
            names.forEach(name -> before.put(name, dns.asked(name, Type.A)));
            for (String name : names) {
                Await.until(
                        name + " is asked again", () -> dns.asked(name, Type.A) > before.get(name));
            }
            watched.forEach(
                    (kind, each) -> {
                        assertThat(each.now()).as(kind).containsExactly("127.0.0.1:9000");
                        assertThat(each.changes()).as(kind).isEqualTo(1);
                        assertThat(lines(log, name(kind))).as(kind).isEqualTo(1);
                    });
        } finally {
            watched.values().forEach(Watched::close);
        }
    }

    @Test
    @DisplayName("an alias whose target is elsewhere is followed, and its TTL counts")
    void aliasesAreFollowed() throws Exception {
        byte[] target = {4, 'h', 'o', 's', 't', 4, 't', 'e', 's', 't', 0};
        try (ScriptedDns dns = ScriptedDns.start().ttl(3600)) {
            dns.raw("app.test", Type.A, q -> OddAnswers.answer(q, 1, OddAnswers.alias(target, 1)))
                    .answer("host.test", Type.A, "127.0.0.1");
            DnsOptions options =
                    DnsOptions.defaults().server(dns.address()).interval(Duration.ofMinutes(1));
            try (Watched watched =
                    Watched.start(new DnsBackends(DnsName.parse("dns:app.test:9000"), options))) {
                watched.await("127.0.0.1:9000");
                Await.until("asked again", () -> dns.asked("app.test", Type.A) >= 3);
            }
        }
    }

    @Test
    @DisplayName("each query has an ID and a source port that nobody can guess")
    void queriesDiffer() throws Exception {
        try (ScriptedDns dns = ScriptedDns.start()) {
            NameServers servers = new NameServers(() -> Environment.of(dns.address()));
            servers.begin(Duration.ofMinutes(1));
            Question question = new Question(DnsName.addresses("app.test.", 1).toName(), Type.A);
            for (int i = 0; i < 50; i++) {
                servers.ask(question);
            }
            servers.close();
            assertThat(dns.clients().stream().distinct()).hasSizeGreaterThan(25);
            assertThat(dns.ids().stream().distinct()).hasSizeGreaterThan(25);
        }
    }

    private String name(String kind) {
        return kind.replaceAll("\\W", "-") + ".test";
    }

    private static long lines(Watched log, String name) {
        return log.log().stream().filter(line -> line.startsWith("dns:" + name)).count();
    }

    private static Watched watch(String name, ScriptedDns dns) throws Exception {
        return Watched.start(
                new DnsBackends(
                        DnsName.addresses(name, 9000),
                        DnsOptions.defaults()
                                .server(dns.address())
                                .interval(Duration.ofSeconds(1))));
    }
}
