package dev.eventloop.benchmarks.published;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.stream.IntStream;

/** Puts a message into the queues of a thousand sessions: a copy for each, or one shared by all. */
final class Broadcast {
    static final int SESSIONS = 1000;
    private static final int SIZE = 256;

    private final ByteBuffer message = ByteBuffer.allocate(SIZE);
    private final Queue<?>[] queues =
            IntStream.range(0, SESSIONS).mapToObj(i -> new ArrayDeque<>()).toArray(Queue[]::new);

    void run(boolean copied, int messages) {
        for (int i = 0; i < messages; i++) {
            for (Queue<?> queue : queues) {
                @SuppressWarnings("unchecked") // created above
                Queue<Object> target = (Queue<Object>) queue;
                target.add(
                        copied ? ByteBuffer.allocate(SIZE).put(message.clear()).flip() : message);
            }
        }
    }

    int queued() {
        return Arrays.stream(queues).mapToInt(Queue::size).sum();
    }

    /** Does what the sockets would do; not measured. */
    void drain() {
        for (Queue<?> queue : queues) {
            queue.clear();
        }
    }
}
