package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.ErrnoException;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.lb.fixture.Unchecked;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A reload that could not listen is repeated once the port is free: its new pool then works. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class PoolsOfAFailedReloadComeBackTest {
    @Test
    @DisplayName("the new frontend's clients reach the new pool's backend")
    void poolWorks() throws Exception {
        try (NamedServer one = NamedServer.start("one");
                NamedServer two = NamedServer.start("two");
                LoadBalancer lb = builder(one).start()) {
            int port;
            try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = taken.getLocalPort();
                assertThatThrownBy(() -> lb.reload(withSecond(one, two, port)))
                        .isInstanceOf(ErrnoException.class)
                        .hasMessageContaining("EADDRINUSE");
            }
            assertThat(NamedServer.ask(lb.port())).isEqualTo("one");
            assertThat(lb.reload(withSecond(one, two, port))).isEmpty();
            assertThat(NamedServer.ask(port)).isEqualTo("two");
        }
    }

    private static LoadBalancerBuilder withSecond(NamedServer one, NamedServer two, int port)
            throws IOException {
        return builder(one)
                .frontend("second", f -> f.listen("127.0.0.1", port).pool("two"))
                .pool("two", p -> p.backend("127.0.0.1", two.port()));
    }

    private static LoadBalancerBuilder builder(NamedServer one) {
        return Unchecked.builder()
                .threads(1)
                .frontend("first", f -> f.listen("127.0.0.1", 0).pool("one"))
                .pool("one", p -> p.backend("127.0.0.1", one.port()));
    }
}
