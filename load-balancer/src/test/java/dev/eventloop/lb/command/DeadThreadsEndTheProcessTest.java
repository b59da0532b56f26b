package dev.eventloop.lb.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.fixture.Peer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A thread of the process has died: the process ends with exit code 3, and says why. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class DeadThreadsEndTheProcessTest {
    /** The command, in a process where a thread dies as soon as a line is typed. */
    static final class Dying {
        private static final int SMALL = 512;

        private static volatile List<byte[]> heap;

        public static void main(String... arguments) {
            Thread thread =
                    new Thread(
                            () -> {
                                try {
                                    if (System.in.read() == 'f') {
                                        fillTheHeap();
                                    }
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                                throw new IllegalStateException("thrown by a test");
                            },
                            "dying");
            thread.setDaemon(true);
            thread.start();
            HighPerfLb.main(arguments);
        }

        /** Down to the last bytes, and keeps them. */
        private static void fillTheHeap() {
            heap = new ArrayList<>();
            for (int size = 1 << 20; size >= SMALL; size /= 2) {
                try {
                    while (true) {
                        heap.add(new byte[size]);
                    }
                } catch (OutOfMemoryError e) {
                    if (size == SMALL) {
                        throw e;
                    }
                }
            }
        }
    }

    @Test
    @DisplayName("an exception that nobody catches")
    void exception() throws Exception {
        assertThat(end("x")).anyMatch(line -> line.contains("thrown by a test"));
    }

    @Test
    @DisplayName("the heap is full, and stays full")
    void fullHeap() throws Exception {
        assertThat(end("f")).anyMatch(line -> line.contains("OutOfMemoryError"));
    }

    private static List<String> end(String typed) throws Exception {
        try (EchoServer server = EchoServer.start();
                JavaProgram lb =
                        JavaProgram.start(
                                List.of("-Xmx32m"),
                                Dying.class,
                                "0",
                                "127.0.0.1:" + server.port());
                Peer client = Peer.connect(lb.port())) {
            assertThat(client.send("x").readText(1)).isEqualTo("x");
            lb.type(typed);
            assertThat(lb.awaitExit()).as("%s", lb).isEqualTo(3);
            return lb.err();
        }
    }
}
