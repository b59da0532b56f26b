package dev.eventloop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The calls that the loop makes to a poller, and what it does with the results. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
final class LoopOverAnyPollerTest {
    private final MemoryPoller poller = new MemoryPoller("memory");
    private final List<Throwable> handled = new ArrayList<>();
    private final List<Object> heard = new ArrayList<>();
    private final EventCallback<Object> hear = (fd, events, attachment) -> heard.add(attachment);
    private final EventCallback<Object> fail =
            (fd, events, attachment) -> {
                heard.add(attachment);
                throw new IOException("boom " + attachment);
            };
    private final EventLoop loop = EventLoop.over(poller, EventLoopOptions.defaults());

    @AfterEach
    void close() {
        loop.close();
        assertThat(poller.closes).hasValue(1);
    }

    private void addReady(EventLoop target, EventCallback<Object> callback, int... fds)
            throws IOException {
        for (int fd : fds) {
            target.add(fd, Events.READ, callback, fd);
            poller.makeReady(fd, Events.READ);
        }
    }

    @Test
    void withoutAHandlerRunThrowsAndTheRestComesInTheNextRun() throws Exception {
        addReady(loop, fail, 3, 4);
        addReady(loop, hear, 5, 6);
        assertThatThrownBy(() -> loop.run(0)).isInstanceOf(IOException.class).hasMessage("boom 3");
        assertThatThrownBy(() -> loop.run(0)).isInstanceOf(IOException.class).hasMessage("boom 4");
        assertThat(heard).containsExactly(3, 4);
        assertThat(loop.run(0)).isEqualTo(2);
        assertThat(heard).containsExactly(3, 4, 5, 6);
        assertThat(loop.run(0)).isZero();
    }

    @Test
    void withAHandlerTheBatchGoesOn() throws Exception {
        EventLoop handling =
                EventLoop.over(poller, EventLoopOptions.defaults().errorHandler(handled::add));
        addReady(handling, fail, 3, 4);
        addReady(handling, hear, 5);
        assertThat(handling.run(0)).isEqualTo(3);
        assertThat(heard).containsExactly(3, 4, 5);
        assertThat(handled).extracting(Throwable::getMessage).containsExactly("boom 3", "boom 4");
    }

    @Test
    void aHandlerThatThrowsEndsTheRunAndLosesNothing() throws Exception {
        EventLoop handling =
                EventLoop.over(
                        poller,
                        EventLoopOptions.defaults()
                                .errorHandler(
                                        thrown -> {
                                            throw new IllegalStateException("handler");
                                        }));
        addReady(handling, fail, 3);
        addReady(handling, hear, 4);
        assertThatThrownBy(() -> handling.run(0)).hasMessage("handler");
        assertThat(handling.run(0)).isEqualTo(1);
        assertThat(heard).containsExactly(3, 4);
    }

    @Test
    void whatWasNotAskedForIsNotReported() throws Exception {
        int[] reported = new int[1];
        loop.add(3, Events.READ, (fd, events, attachment) -> reported[0] = events, null);
        poller.makeReady(3, Events.READ | Events.WRITE | Events.HUP);
        loop.run(0);
        assertThat(reported[0]).isEqualTo(Events.READ | Events.HUP);
        poller.makeReady(3, Events.WRITE);
        assertThat(loop.run(0)).isZero();
        loop.mod(3, Events.WRITE);
        poller.makeReady(3, Events.READ | Events.WRITE | Events.READ_HUP | Events.ERROR);
        loop.run(0);
        assertThat(reported[0]).isEqualTo(Events.WRITE | Events.ERROR);
    }

    @Test
    void anEventOfAnEarlierRegistrationMakesTheLoopBeginANewTable() throws Exception {
        loop.add(3, Events.READ, hear, "old");
        long old = poller.tokens.get(3);
        loop.del(3);
        loop.run(0);
        loop.add(3, Events.READ, hear, "new");
        loop.add(4, Events.READ | Events.ONESHOT, hear, "oneshot");
        loop.add(5, 0, hear, "masked");
        poller.makeReady(4, Events.READ);
        loop.run(0);
        loop.run(0);
        heard.clear();
        poller.calls.clear();
        poller.makeReady(old, Events.READ);
        assertThat(loop.run(0)).isZero();
        assertThat(heard).isEmpty();
        assertThat(poller.calls).containsExactly("reset", "add 3 READ");
        loop.mod(4, Events.READ | Events.ONESHOT); // it had fired, so reset did not add it again
        loop.mod(5, Events.READ);
        loop.del(3);
        assertThat(poller.calls.subList(2, 5))
                .containsExactly("add 4 READ|ONESHOT", "add 5 READ", "del 3");
        assertThat(loop.size()).isEqualTo(2);
    }

    @Test
    void anEventOfAnFdDeletedInTheSameBatchDoesNot() throws Exception {
        loop.add(3, Events.READ, (fd, events, attachment) -> loop.del(4), null);
        loop.add(4, Events.READ, hear, null);
        poller.makeReady(3, Events.READ);
        poller.makeReady(4, Events.READ);
        assertThat(loop.run(0)).isEqualTo(1);
        assertThat(poller.calls).doesNotContain("reset");
        assertThat(heard).isEmpty();
    }

    @Test
    void aRegistrationThatThePollerRefusesIsNone() throws Exception {
        poller.failure = "EPERM";
        assertThatThrownBy(() -> loop.add(3, Events.READ, hear, null))
                .hasMessageContaining("EPERM");
        assertThat(loop.size()).isZero();
        loop.add(3, Events.READ, hear, "kept");
        poller.failure = "ENOMEM";
        assertThatThrownBy(() -> loop.mod(3, Events.WRITE)).hasMessageContaining("ENOMEM");
        poller.makeReady(3, Events.WRITE);
        loop.run(0);
        assertThat(heard).as("the old interest holds").isEmpty();
        poller.makeReady(3, Events.READ);
        loop.run(0);
        assertThat(heard).containsExactly("kept");
    }

    @Test
    void interestZeroIsNotThePollersConcern() throws Exception {
        loop.add(3, Events.READ, hear, null);
        loop.mod(3, 0);
        loop.mod(3, 0);
        loop.mod(3, Events.WRITE);
        loop.mod(3, 0);
        loop.del(3);
        assertThat(poller.calls).containsExactly("add 3 READ", "del 3", "add 3 WRITE", "del 3");
    }

    @Test
    void whatTheBackendLacksIsRefusedBeforeItIsAsked() {
        assertThatThrownBy(() -> loop.add(3, Events.READ | Events.EDGE, hear, null))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("EDGE is not supported by the memory backend");
        assertThatThrownBy(() -> loop.add(3, Events.READ | Events.READ_HUP, hear, null))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("READ_HUP is not supported by the memory backend");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> loop.add(3, Events.READ | Events.EXCLUSIVE | Events.ONESHOT, hear, 1))
                .withMessageContaining("EXCLUSIVE can be combined with READ, WRITE and EDGE only");
        assertThat(poller.calls).isEmpty();
    }

    @Test
    void whoEmbedsTheLoopIsToldHowLongItMayWait() throws Exception {
        assertThat(loop.nanosToWait()).as("no limit").isEqualTo(-1);
        loop.execute(() -> heard.add("task"));
        assertThat(loop.nanosToWait()).as("a task").isZero();
        loop.run(-1);
        assertThat(loop.nanosToWait()).isEqualTo(-1);
        loop.wakeup();
        assertThat(loop.nanosToWait()).as("a wake-up").isZero();
        loop.run(-1);
        loop.stop();
        assertThat(loop.nanosToWait()).as("a stop request").isZero();
        loop.run(-1);
        addReady(loop, fail, 3);
        addReady(loop, hear, 4);
        assertThatThrownBy(() -> loop.run(0)).hasMessage("boom 3");
        assertThat(loop.nanosToWait()).as("the rest of a batch").isZero();
        loop.run(-1);
        assertThat(heard).containsExactly("task", 3, 4);
        assertThat(loop.nanosToWait()).isEqualTo(-1);
    }

    @Test
    void aWakeupBeforeRunCostsThePollerNothing() throws Exception {
        loop.wakeup();
        assertThat(loop.run(-1)).isZero();
        assertThat(poller.wakeups).as("the loop was awake").hasValue(0);
    }
}
