package dev.eventloop.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.eventloop.net.Sockets;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Native memory is bounded by the calls in progress, not by the number of threads there were. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
final class ThreadsLeaveNoNativeMemoryTest {
    private static final int PLATFORM_THREADS = 3_000;
    private static final int VIRTUAL_THREADS = 50_000;
    private static final int BATCH = 100;

    /** 64 areas of 64 KiB for heap buffers and less than 1 KiB for the rest. */
    private static final long MOST_KEPT = 64 * 65 * 1024;

    private final Sockets sockets = Sockets.system();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    @Test
    @DisplayName("3,000 short platform threads leave native memory flat")
    void platformThreads() throws Exception {
        assertFlat(PLATFORM_THREADS, task -> new Thread(task).start());
    }

    @Test
    @DisplayName("50,000 virtual threads leave native memory flat")
    void virtualThreads() throws Exception {
        assumeTrue(Runtime.version().feature() >= 21, "virtual threads need JDK 21");
        Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
        assertFlat(
                VIRTUAL_THREADS,
                task -> {
                    try {
                        start.invoke(null, task);
                    } catch (ReflectiveOperationException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    private void assertFlat(int threads, Consumer<Runnable> start) throws Exception {
        long before = NativeMemory.liveBytes();
        for (int started = 0; started < threads; started += BATCH) {
            CountDownLatch ended = new CountDownLatch(BATCH);
            for (int i = 0; i < BATCH; i++) {
                start.accept(
                        () -> {
                            try {
                                useScratchMemory();
                            } catch (Throwable e) {
                                failures.add(e);
                            } finally {
                                ended.countDown();
                            }
                        });
            }
            ended.await();
        }
        assertThat(failures).isEmpty();
        assertThat(NativeMemory.liveBytes() - before).isLessThanOrEqualTo(MOST_KEPT);
    }

    /** Every kind of call that needs scratch memory, the 64 KiB for a heap buffer included. */
    private void useScratchMemory() throws Exception {
        int[] pair = sockets.pair();
        assertThat(sockets.localAddress(pair[0])).isNull();
        assertThat(sockets.isConnected(pair[0])).isTrue();
        assertThat(sockets.connectResult(pair[0])).isZero();
        assertThat(sockets.tryNoDelay(pair[0])).isNegative();
        assertThat(sockets.write(pair[0], ByteBuffer.wrap(new byte[] {7}))).isEqualTo(1);
        assertThat(sockets.read(pair[1], ByteBuffer.allocate(8))).isEqualTo(1);
        assertThat(LibC.system().select(0, 0, 0, 0, 1)).isZero();
        sockets.reset(pair[0]);
        sockets.close(pair[1]);
    }

    @Test
    @DisplayName("the calls that run once per connection allocate nothing")
    void nothingIsAllocated() throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int[] pair = sockets.pair();
        int rounds = 20_000;
        callPerConnection(pair[0], rounds); // links the natives, fills the pool
        long before = threads.getCurrentThreadAllocatedBytes();
        callPerConnection(pair[0], rounds);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated).as("bytes in %d rounds", rounds).isLessThan(rounds);
        sockets.close(pair[0]);
        sockets.close(pair[1]);
    }

    private void callPerConnection(int fd, int rounds) {
        for (int i = 0; i < rounds; i++) {
            int sum = sockets.connectResult(fd) + sockets.tryNoDelay(fd);
            boolean connected = sockets.isConnected(fd);
            sockets.reset(-1);
            if (sum >= 0 || !connected) {
                throw new AssertionError("TCP_NODELAY of a connected unix-domain socket: " + sum);
            }
        }
    }
}
