package dev.eventloop.libc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A scratch area belongs to one call at a time, and the pool keeps a bounded number of them. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
final class ScratchPoolTest {
    private final AtomicInteger allocated = new AtomicInteger();
    private final AtomicInteger freed = new AtomicInteger();
    private final ScratchPool<AtomicBoolean> pool =
            new ScratchPool<>(this::allocate, area -> freed.incrementAndGet());

    private AtomicBoolean allocate() {
        allocated.incrementAndGet();
        return new AtomicBoolean();
    }

    @Test
    @DisplayName("a thread gets its area again")
    void aThreadGetsItsAreaAgain() {
        AtomicBoolean first = pool.take();
        pool.give(first);
        assertThat(pool.take()).isSameAs(first);
        assertThat(allocated).hasValue(1);
    }

    @Test
    @DisplayName("nested calls get areas of their own")
    void nestedCalls() {
        AtomicBoolean outer = pool.take();
        AtomicBoolean inner = pool.take();
        assertThat(inner).isNotSameAs(outer);
        pool.give(inner);
        pool.give(outer);
        assertThat(freed).hasValue(0);
    }

    @Test
    @DisplayName("what the pool has no room for is freed")
    void theRestIsFreed() {
        List<AtomicBoolean> taken = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            taken.add(pool.take());
        }
        taken.forEach(pool::give);
        assertThat(allocated.get() - freed.get()).isBetween(1, 64);
    }

    @Test
    @DisplayName("no two threads have the same area at a time")
    void noTwoThreadsHaveTheSameArea() throws Exception {
        AtomicInteger shared = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            Thread thread =
                    new Thread(
                            () -> {
                                for (int i = 0; i < 100_000; i++) {
                                    AtomicBoolean area = pool.take();
                                    shared.addAndGet(area.getAndSet(true) ? 1 : 0);
                                    area.set(false);
                                    pool.give(area);
                                }
                            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(shared).hasValue(0);
        assertThat(allocated.get() - freed.get()).isBetween(1, 64);
    }
}
