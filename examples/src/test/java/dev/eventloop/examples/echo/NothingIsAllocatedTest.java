package dev.eventloop.examples.echo;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.eventloop.fixture.Peer;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/** Echoing a message allocates nothing on the heap. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class NothingIsAllocatedTest {
    private static final int ROUNDS = 10;

    /** The size of an object with one field. */
    private static final long SMALLEST_OBJECT = 16;

    private static final int MESSAGES = 2_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @EveryWay
    @DisplayName("2,000 messages: no object per message, in the best of ten rounds")
    void echoingAllocatesNothing(String backend, Trigger trigger) throws Exception {
        try (RunningEcho echo = RunningEcho.start(backend, trigger);
                Peer peer = Peer.connect(echo.port())) {
            long thread = echo.ask(server -> Thread.currentThread().getId());
            List<Long> allocated = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                long before = THREADS.getThreadAllocatedBytes(thread);
                say(peer, MESSAGES);
                allocated.add(THREADS.getThreadAllocatedBytes(thread) - before);
            }
            // The JVM allocates in some rounds; an object per message would show in every round.
            assertThat(Collections.min(allocated)).isLessThan(MESSAGES * SMALLEST_OBJECT / 2);
        }
    }

    private static void say(Peer peer, int messages) throws Exception {
        byte[] message = new byte[100];
        for (int i = 0; i < messages; i++) {
            byte[] answer = peer.send(message).read(message.length);
            assertThat(answer.length).isEqualTo(message.length);
        }
    }
}
