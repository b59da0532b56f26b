package dev.eventloop.kqueue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.libc.KeventLayout;
import dev.eventloop.testkit.kernel.KernelOptions;
import dev.eventloop.testkit.kernel.SimulatedKernel;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where the kernel refuses EVFILT_USER, the poller wakes up through a pipe, without an option. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
final class KernelWithoutUserEventsTest {
    private final SimulatedKernel kernel =
            new SimulatedKernel(KernelOptions.defaults().wallClock());

    private EventLoop newLoop() throws Exception {
        // The simulated kernel does not support this number of EVFILT_USER.
        KeventLayout layout = KeventLayout.DRAGONFLY;
        return EventLoop.over(new KqueuePoller(kernel, layout, 4), EventLoopOptions.defaults());
    }

    @Test
    void aWakeupFromAnotherThreadEndsTheWait() throws Exception {
        try (EventLoop loop = newLoop()) {
            AtomicInteger ran = new AtomicInteger();
            for (int round = 1; round <= 100; round++) {
                Thread waking = new Thread(() -> loop.execute(ran::incrementAndGet));
                waking.start();
                while (ran.get() < round) {
                    loop.run(-1);
                }
                waking.join();
            }
        }
    }

    @Test
    void manyWakeupsCollapseAndLeaveNothingBehind() throws Exception {
        try (EventLoop loop = newLoop()) {
            for (int i = 0; i < 1_000; i++) {
                loop.wakeup();
            }
            loop.run(-1);
            long before = kernel.waits();
            assertThat(loop.run(20)).isZero();
            assertThat(kernel.waits() - before).isLessThan(5);
        }
    }

    @Test
    void nothingIsLeftOpen() throws Exception {
        int before = kernel.openFiles();
        try (EventLoop loop = newLoop()) {
            assertThat(kernel.openFiles()).isEqualTo(before + 3); // the kqueue, and the pipe
            loop.wakeup();
            loop.run(0);
        }
        assertThat(kernel.openFiles()).isEqualTo(before);
    }
}
