package dev.eventloop.lb.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.BackendInfo;
import dev.eventloop.EventLoop;
import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.fixture.Peer;
import dev.eventloop.lb.fixture.LbProcess;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The event backend comes from the option, else from the environment, else the best one is chosen;
 * each of them works.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class EventBackendIsAChoiceTest {
    private static Stream<String> usable() {
        return EventLoop.backends().stream().filter(BackendInfo::available).map(BackendInfo::name);
    }

    @ParameterizedTest
    @MethodSource("usable")
    @DisplayName("EVENTLOOP_BACKEND chooses it")
    void environmentChooses(String name) throws Exception {
        assertServesOn(name, name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {"nosuch,poll poll", "select,poll select"})
    @DisplayName("the first usable one of a list is chosen")
    void listIsAnOrder(String list, String name) throws Exception {
        assertServesOn(name, list);
    }

    @Test
    @DisplayName("--event-backend overrides the environment")
    void optionComesFirst() throws Exception {
        assertServesOn("select", "poll", "--event-backend", "select");
    }

    private static void assertServesOn(String name, String environment, String... options)
            throws Exception {
        try (EchoServer server = EchoServer.start();
                JavaProgram lb =
                        LbProcess.startWithBackend(
                                environment,
                                Stream.concat(
                                                Stream.of("0", "127.0.0.1:" + server.port()),
                                                Stream.of(options))
                                        .toArray(String[]::new));
                Peer client = Peer.connect(lb.port())) {
            assertThat(lb.out()).anyMatch(line -> line.endsWith("; Event Backend: " + name));
            assertThat(client.send("hello").readText(5)).isEqualTo("hello");
            assertThat(client.finish().readToEnd()).isEmpty();
            lb.signal("TERM");
            assertThat(lb.awaitExit()).as("%s", lb).isZero();
            assertThat(lb.err()).isEmpty();
        }
    }

    @Test
    @DisplayName("an unusable one ends the command with a sentence that lists the usable ones")
    void unusableIsRefused() throws Exception {
        String all =
                EventLoop.backends().stream()
                        .map(BackendInfo::toString)
                        .collect(Collectors.joining(", "));
        try (JavaProgram lb = LbProcess.startWithBackend("carrier-pigeon", "0", "127.0.0.1:9001")) {
            assertThat(lb.awaitExit()).isNotZero();
            assertThat(lb.out()).isEmpty();
            assertThat(lb.err())
                    .singleElement()
                    .asString()
                    .contains(
                            "environment variable EVENTLOOP_BACKEND \"carrier-pigeon\" names no"
                                    + " backend that is usable here; there are: "
                                    + all);
        }
    }
}
