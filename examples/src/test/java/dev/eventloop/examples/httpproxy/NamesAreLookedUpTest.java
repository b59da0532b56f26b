package dev.eventloop.examples.httpproxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventLoop;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A slow name server delays only the requests that need it. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class NamesAreLookedUpTest {
    private final CountDownLatch answers = new CountDownLatch(1);
    private final EventLoop loop = EventLoop.create();
    private final Resolver resolver = new Resolver(loop, 1, this::slowly);
    private final List<String> answered = new ArrayList<>();

    /** Only the name "slow" is slow. */
    private List<InetAddress> slowly(String name) {
        try {
            if (name.equals("slow")) {
                answers.await();
            }
            return List.of(InetAddress.getLoopbackAddress());
        } catch (InterruptedException e) {
            return List.of();
        }
    }

    @AfterEach
    void close() {
        resolver.close();
        loop.close();
    }

    private Resolver.Question ask(String name) {
        return resolver.ask(name, found -> answered.add(name));
    }

    private void runUntilTold(int count) throws Exception {
        while (answered.size() < count) {
            loop.run(-1);
        }
    }

    @Test
    @DisplayName("an address literal does not wait behind names")
    void addresses() throws Exception {
        assertThat(ask("slow")).isNotNull();
        assertThat(ask("127.0.0.1")).isNotNull();
        assertThat(ask("::1")).isNotNull();
        runUntilTold(2);
        assertThat(answered).containsExactly("127.0.0.1", "::1");
    }

    @Test
    @DisplayName("a cancelled lookup makes room and is not answered")
    void givingUp() throws Exception {
        List<Resolver.Question> questions = new ArrayList<>();
        for (int i = 0; i <= Resolver.WAITING; i++) { // one of them is running
            questions.add(ask("slow"));
        }
        assertThat(questions).doesNotContainNull();
        assertThat(ask("fast")).as("there is no room").isNull();
        questions.forEach(Resolver.Question::cancel);
        assertThat(ask("fast")).isNotNull();
        answers.countDown();
        runUntilTold(1);
        assertThat(answered).containsExactly("fast");
    }
}
