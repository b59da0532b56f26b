package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.StayingServer;
import dev.eventloop.fixture.Visitors;
import dev.eventloop.lb.fixture.Closes;
import dev.eventloop.lb.fixture.Unchecked;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With {@code on-primary-up: close}, backups are left when a primary is up again; else kept. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class ConnectionsMoveBackToPrimariesTest {
    /** More than two batches. */
    private static final int MANY = 150;

    private final Closes closes = new Closes();
    private final Visitors visitors = new Visitors();
    private StayingServer primary;
    private StayingServer backup;

    @BeforeEach
    void startServers() throws Exception {
        primary = StayingServer.start("P");
        backup = StayingServer.start("B");
    }

    @AfterEach
    void stopServers() throws Exception {
        visitors.close();
        primary.close();
        backup.close();
    }

    private LoadBalancer start(boolean close) throws Exception {
        return Unchecked.builder()
                .listen("127.0.0.1", 0)
                .threads(1)
                .backend("127.0.0.1", primary.port())
                .backend(BackendOptions.of("127.0.0.1", backup.port()).backup(true))
                .healthCheck(Duration.ofMillis(20))
                .healthFall(1)
                .healthRise(1)
                .closeBackupsWhenPrimaryIsUp(close)
                .connectionListener(closes)
                .start();
    }

    private String primaryName() {
        return "127.0.0.1:" + primary.port();
    }

    private boolean isPrimaryUp(LoadBalancer lb) {
        return lb.stats().backends().get(0).healthy();
    }

    private static boolean isAnswered(Peer peer) throws Exception {
        return peer.send("?").readText(1).equals("?");
    }

    @Test
    @DisplayName("the primary passes its checks: all of the backup's end, and come back to it")
    void byChecks() throws Exception {
        int port = primary.port();
        try (LoadBalancer lb = start(true)) {
            primary.refuse();
            Await.until("it is down", () -> !isPrimaryUp(lb));
            assertThat(visitors.come(lb.port(), MANY)).isEqualTo("B".repeat(MANY));
            primary = StayingServer.startAt(port, "P");
            List<ClosedConnection> closed = closes.await(MANY);
            assertThat(closed)
                    .hasSize(MANY)
                    .allMatch(c -> c.reason() == CloseReason.PRIMARY_UP)
                    .allMatch(c -> c.backend().equals("127.0.0.1:" + backup.port()));
            for (Peer visitor : visitors.present()) {
                assertThat(visitor.readToEnd()).isEmpty();
            }
            assertThat(visitors.come(lb.port(), 5)).isEqualTo("PPPPP");
            Peer last = visitors.present().get(visitors.present().size() - 1);
            assertThat(isAnswered(last)).isTrue();
        }
    }

    @Test
    @DisplayName("the operator takes the primary into use again: those of the backup end")
    void byTheOperator() throws Exception {
        try (LoadBalancer lb = start(true)) {
            assertThat(visitors.come(lb.port(), 2)).isEqualTo("PP");
            lb.setState(primaryName(), BackendState.DRAIN);
            assertThat(visitors.come(lb.port(), 3)).isEqualTo("BBB");
            lb.setState(primaryName(), BackendState.UP);
            assertThat(closes.await(3)).allMatch(c -> c.reason() == CloseReason.PRIMARY_UP);
            assertThat(isAnswered(visitors.present().get(0))).isTrue();
            assertThat(isAnswered(visitors.present().get(1))).isTrue();
            assertThat(lb.stats().active()).isEqualTo(2);
        }
    }

    @Test
    @DisplayName("keep: those of the backup go on, and new ones go to the primary")
    void keptByDefault() throws Exception {
        try (LoadBalancer lb = start(false)) {
            lb.setState(primaryName(), BackendState.DRAIN);
            assertThat(visitors.come(lb.port(), 3)).isEqualTo("BBB");
            lb.setState(primaryName(), BackendState.UP);
            assertThat(visitors.come(lb.port(), 2)).isEqualTo("PP");
            for (Peer visitor : visitors.present()) {
                assertThat(isAnswered(visitor)).isTrue();
            }
            assertThat(lb.stats().closes()).isEmpty();
        }
    }

    @Test
    @DisplayName("a weight that changes, or a backup that comes back, ends nothing")
    void onlyAPrimaryThatWasDown() throws Exception {
        try (StayingServer third = StayingServer.start("C");
                LoadBalancer lb = start(true)) {
            String backupName = "127.0.0.1:" + backup.port();
            lb.setState(primaryName(), BackendState.DRAIN);
            assertThat(visitors.come(lb.port(), 2)).isEqualTo("BB");
            lb.setWeight(primaryName(), 7);
            lb.addBackend(BackendOptions.of("127.0.0.1", third.port()).backup(true));
            lb.setState(backupName, BackendState.DRAIN);
            lb.setState(backupName, BackendState.UP);
            for (Peer visitor : visitors.present()) {
                assertThat(isAnswered(visitor)).isTrue();
            }
            assertThat(lb.stats().closes()).isEmpty();
        }
    }
}
