package dev.eventloop.examples.chat;

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

/** Broadcasting a message allocates nothing on the heap. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class NothingIsAllocatedTest {
    private static final int ROUNDS = 10;

    /** The size of an object with one field. */
    private static final long SMALLEST_OBJECT = 16;

    private static final int MESSAGES = 1_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @EveryBackend
    @DisplayName(
            "1,000 messages to three members: no object per message, in the best of ten rounds")
    void broadcastingAllocatesNothing(String backend) throws Exception {
        try (RunningChat chat = RunningChat.start(backend);
                ChatPeer ann = ChatPeer.join(chat, "ann", "tea");
                ChatPeer bob = ChatPeer.join(chat, "bob", "tea");
                ChatPeer eve = ChatPeer.join(chat, "eve", "tea")) {
            ann.expect("Jbob", "Jeve");
            bob.expect("Jeve");
            long thread = chat.ask(server -> Thread.currentThread().getId());
            List<Peer> members = List.of(ann.peer(), bob.peer(), eve.peer());
            List<Long> allocated = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                long before = THREADS.getThreadAllocatedBytes(thread);
                say(members, MESSAGES);
                allocated.add(THREADS.getThreadAllocatedBytes(thread) - before);
            }
            // The JVM allocates in some rounds; an object per message would show in every round.
            assertThat(Collections.min(allocated)).isLessThan(MESSAGES * SMALLEST_OBJECT / 2);
        }
    }

    /** The first member sends, all receive. */
    private static void say(List<Peer> members, int messages) throws Exception {
        byte[] packet = ChatPeer.packet('S', "hello, 안녕");
        for (int i = 0; i < messages; i++) {
            Peer sent = members.get(0).send(packet);
            assertThat(sent).isSameAs(members.get(0));
            for (Peer member : members) {
                assertThat(member.read(packet.length + "ann\n".length())).isNotEmpty();
            }
        }
    }
}
