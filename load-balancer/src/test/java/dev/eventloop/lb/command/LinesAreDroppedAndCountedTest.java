package dev.eventloop.lb.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@link AsyncOutput} loses no line that has room, and says how many it lost. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class LinesAreDroppedAndCountedTest {
    private static final String LONG = "x".repeat(1000);

    /** A stream that blocks, or fails, while it is told to. */
    private static final class Target extends OutputStream {
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();
        private volatile CountDownLatch gate = new CountDownLatch(0);
        private volatile boolean memoryIsRefused;
        private volatile boolean fails;

        @Override
        public void write(int single) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(byte[] text, int from, int length) throws IOException {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            if (fails) {
                throw new IOException("No space left on device");
            }
            if (memoryIsRefused) {
                throw new OutOfMemoryError("Cannot reserve bytes of direct buffer memory");
            }
            synchronized (this) {
                written.write(text, from, length);
            }
        }

        synchronized List<String> lines() {
            return written.toString(StandardCharsets.UTF_8).lines().toList();
        }
    }

    private final Target target = new Target();
    private final AsyncOutput output = AsyncOutput.start(target, "standard error");
    private final PrintStream out = new PrintStream(output);

    @Test
    @DisplayName("a stream that blocks: what has room is written, then the number of the others")
    void blocked() throws Exception {
        target.gate = new CountDownLatch(1);
        for (int i = 0; i < 10_000; i++) {
            out.println(i + " " + LONG);
        }
        target.gate.countDown();
        Await.until("told", () -> target.lines().stream().anyMatch(l -> l.contains("dropped")));
        out.println("after");
        output.await(Duration.ofSeconds(30));
        List<String> lines = target.lines();
        int written = lines.size() - 2;
        for (int i = 0; i < written; i++) {
            assertThat(lines.get(i)).isEqualTo(i + " " + LONG);
        }
        assertThat(written).isBetween(4000, 9999);
        assertThat(lines.get(written))
                .isEqualTo(
                        10_000
                                - written
                                + " lines were dropped, because standard error took no more");
        assertThat(lines).last().isEqualTo("after");
    }

    @Test
    @DisplayName("a stream that fails: the number of lost lines comes before the next line")
    void failing() {
        target.fails = true;
        for (int i = 0; i < 10; i++) {
            out.println(i);
            output.await(Duration.ofSeconds(30));
        }
        target.fails = false;
        out.println("after");
        output.await(Duration.ofSeconds(30));
        assertThat(target.lines())
                .containsExactly(
                        "10 lines were dropped, because standard error took no more", "after");
    }

    @Test
    @DisplayName("no memory for a write: its lines are counted, and later ones are written")
    void noMemory() {
        target.memoryIsRefused = true;
        out.println("lost");
        output.await(Duration.ofSeconds(30));
        target.memoryIsRefused = false;
        out.println("after");
        output.await(Duration.ofSeconds(30));
        assertThat(target.lines())
                .containsExactly(
                        "1 line was dropped, because standard error took no more", "after");
    }

    @Test
    @DisplayName("the first line starts no thread, for which there may be no memory by then")
    void firstLineStartsNoThread() {
        Set<Thread> before = writers();
        out.println("first");
        output.await(Duration.ofSeconds(30));
        assertThat(target.lines()).containsExactly("first");
        assertThat(writers()).isEqualTo(before).isNotEmpty();
    }

    private static Set<Thread> writers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("standard error"))
                .collect(Collectors.toSet());
    }

    @Test
    @DisplayName("the last line needs no end")
    void lastLineHasNoEnd() {
        out.print("a\nb");
        output.await(Duration.ofSeconds(30));
        assertThat(target.lines()).containsExactly("a", "b");
    }
}
