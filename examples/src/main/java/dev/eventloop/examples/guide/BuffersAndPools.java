package dev.eventloop.examples.guide;

import dev.eventloop.net.BufferPool;
import dev.eventloop.net.NativeBuffer;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** Chapter 5: 100 messages to 1,000 sessions each, as copies, shared, and from a pool. */
final class BuffersAndPools implements Experiment {
    private static final int SESSIONS = 1_000;
    private static final int MESSAGES = 100;
    private static final int SIZE = 256;

    /** One message for all its receivers; whichever sends it last returns it to the pool. */
    private static final class SharedMessage {
        final NativeBuffer bytes;
        int holders;

        SharedMessage(NativeBuffer bytes, int holders) {
            this.bytes = bytes;
            this.holders = holders;
        }
    }

    @Override
    public void run(PrintStream out, int scale) throws IOException {
        int messages = Math.max(1, MESSAGES * scale / 100);
        out.printf("%,d messages of %d bytes to %,d sessions each:%n", messages, SIZE, SESSIONS);
        tell(out, "a copy for each session", () -> copies(messages));
        tell(out, "one buffer shared by all", () -> shared(messages));
        tell(out, "a buffer each, from a pool", () -> lent(messages));
    }

    private static List<Queue<Object>> sessions() {
        List<Queue<Object>> sessions = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            sessions.add(new ArrayDeque<>());
        }
        return sessions;
    }

    private static void copies(int messages) {
        List<Queue<Object>> sessions = sessions();
        byte[] message = new byte[SIZE];
        for (int i = 0; i < messages; i++) {
            for (Queue<Object> session : sessions) {
                session.add(message.clone());
            }
            sessions.forEach(Queue::remove);
        }
    }

    private static void shared(int messages) {
        List<Queue<Object>> sessions = sessions();
        try (BufferPool pool = new BufferPool(SIZE, 1)) {
            for (int i = 0; i < messages; i++) {
                SharedMessage message = new SharedMessage(pool.take(), sessions.size());
                for (Queue<Object> session : sessions) {
                    session.add(message);
                }
                for (Queue<Object> session : sessions) {
                    SharedMessage sent = (SharedMessage) session.remove();
                    if (--sent.holders == 0) {
                        pool.give(sent.bytes);
                    }
                }
            }
        }
    }

    private static void lent(int messages) {
        List<Queue<Object>> sessions = sessions();
        try (BufferPool pool = new BufferPool(SIZE, SESSIONS)) {
            for (int i = 0; i < messages; i++) {
                for (Queue<Object> session : sessions) {
                    session.add(pool.take());
                }
                for (Queue<Object> session : sessions) {
                    pool.give((NativeBuffer) session.remove());
                }
            }
        }
    }

    private static void tell(PrintStream out, String how, CpuTime.Work work) throws IOException {
        CpuTime time = CpuTime.of(work);
        out.printf(
                "  %-31s %6.1f ms, %,11d bytes allocated%n",
                how, time.nanos() / 1e6, time.allocated());
    }
}
