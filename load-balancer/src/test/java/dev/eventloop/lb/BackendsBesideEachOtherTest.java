package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.BackendInfo;
import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.Events;
import dev.eventloop.net.Sockets;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Loops of every available backend run in one process and watch the same fds. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class BackendsBesideEachOtherTest {
    private final Sockets sockets = Sockets.system();
    private final List<EventLoop> loops = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();

    @AfterEach
    void closeLoops() {
        loops.forEach(EventLoop::close);
    }

    @Test
    void hearTheSameOfTheSameFds() throws Exception {
        int[] pair = sockets.pair();
        for (BackendInfo info : EventLoop.backends()) {
            if (info.available()) {
                loops.add(EventLoop.create(EventLoopOptions.defaults().backend(info.name())));
            }
        }
        assertThat(loops).hasSizeGreaterThan(1);
        for (EventLoop loop : loops) {
            loop.add(
                    pair[0],
                    Events.READ,
                    (fd, events, name) -> heard.add(name + " " + Events.toString(events)),
                    loop.backendName());
            assertThat(loop.run(0)).isZero();
        }
        assertThat(sockets.write(pair[1], ByteBuffer.wrap(new byte[1]))).isEqualTo(1);
        for (EventLoop loop : loops) {
            assertThat(loop.run(10_000)).isEqualTo(1);
            assertThat(heard).last().isEqualTo(loop.backendName() + " READ");
            loop.del(pair[0]);
        }
        sockets.close(pair[0]);
        sockets.close(pair[1]);
    }
}
