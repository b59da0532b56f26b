package dev.eventloop.kqueue;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.net.Sockets;
import dev.eventloop.testkit.OpenFds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** Base of the tests: a simulated kernel, a loop over it, and the events it delivered. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class KqueueCase {
    static final int LONG_MILLIS = 30_000;

    final TappedKqueue kqueue = new TappedKqueue();
    final OpenFds fds = new OpenFds(kqueue.kernel);
    final Sockets sockets = fds.sockets();

    /** The bits of each callback. */
    final List<Integer> heard = new ArrayList<>();

    private final List<EventLoop> loops = new ArrayList<>();

    EventLoop newLoop(int maxEvents) throws Exception {
        EventLoopOptions options = EventLoopOptions.defaults().clock(kqueue.kernel::nanoTime);
        EventLoop loop = EventLoop.over(kqueue.newPoller(maxEvents), options);
        loops.add(loop);
        return loop;
    }

    void hear(int fd, int events, Object attachment) {
        heard.add(events);
    }

    @AfterEach
    void closeEverything() {
        loops.forEach(EventLoop::close);
        fds.close();
    }
}
