package dev.eventloop.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.Events;
import dev.eventloop.testkit.OpenFds;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Creates, runs and closes thousands of loops. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has epoll")
@Tag("fast")
final class LoopsGiveBackWhatTheyTookTest extends EpollCase {
    private static final int BYTES_PER_EVENT = EpollEventLayout.ofThisMachine().size();

    private void useLoops(int count, int maxEvents) throws Exception {
        int fd = fds.pair()[0];
        for (int i = 0; i < count; i++) {
            try (EventLoop loop =
                    EventLoop.create(
                            EventLoopOptions.defaults().backend("epoll").maxEvents(maxEvents))) {
                loop.add(fd, Events.WRITE, (ready, events, attachment) -> {}, null);
                assertThat(loop.run(-1)).isEqualTo(1);
            }
        }
    }

    @Test
    void fileDescriptors() throws Exception {
        useLoops(10, 16); // classes loaded on first use may open files
        int before = OpenFds.count();
        useLoops(2_000, 16);
        assertThat(OpenFds.count()).isLessThan(before + 20);
    }

    @Test
    void memoryOfTheCLibrarysHeap() throws Exception {
        int loops = 20_000;
        int maxEvents = 1_200; // 14 KB, from the heap of the C library
        useLoops(1_000, maxEvents);
        long before = nativeKilobytes();
        useLoops(loops, maxEvents);
        long leak = (long) loops * maxEvents * BYTES_PER_EVENT / 1024;
        assertThat(nativeKilobytes() - before).isLessThan(leak / 2);
    }

    @Test
    void mappedMemory() throws Exception {
        int loops = 2_000;
        int maxEvents = 100_000; // 1.2 MB, from mmap
        useLoops(10, maxEvents);
        long before = nativeKilobytes();
        useLoops(loops, maxEvents);
        long leak = (long) loops * maxEvents * BYTES_PER_EVENT / 1024;
        assertThat(nativeKilobytes() - before).isLessThan(leak / 2);
    }

    /** Writable memory outside the Java heap, resident or not, in bytes. */
    private static long nativeKilobytes() throws Exception {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmData:")) {
                long all = Long.parseLong(line.replaceAll("\\D", ""));
                return all - Runtime.getRuntime().totalMemory() / 1024;
            }
        }
        throw new IllegalStateException("no VmData in /proc/self/status");
    }
}
