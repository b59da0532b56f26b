package dev.eventloop.examples.guide;

import dev.eventloop.BackendInfo;
import dev.eventloop.EventCallback;
import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.Events;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Chapter 1: what one message costs as the number of idle connections grows. */
final class WhySelectDoesNotScale implements Experiment {
    private static final int[] IDLE = {10, 100, 1_000, 4_000};
    private static final int MESSAGES = 500;

    private final Sockets sockets = Sockets.system();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(64);

    @Override
    public void run(PrintStream out, int scale) throws Exception {
        out.println("CPU time to send, wait for and read one message, in microseconds:");
        for (BackendInfo backend : EventLoop.backends()) {
            if (backend.available()) {
                StringBuilder line = new StringBuilder();
                for (int idle : IDLE) {
                    double micros =
                            measure(backend.name(), idle * scale / 100, MESSAGES * scale / 100);
                    line.append(
                            String.format(
                                    Locale.ROOT, "%8d idle %7.1f", idle * scale / 100, micros));
                }
                out.printf("%-7s%s%n", backend.name(), line);
            }
        }
    }

    private double measure(String backend, int idle, int messages) throws IOException {
        List<int[]> connections = new ArrayList<>();
        try (EventLoop loop = EventLoop.create(EventLoopOptions.defaults().backend(backend))) {
            EventCallback<Object> read = (fd, events, none) -> sockets.read(fd, buffer.clear());
            for (int i = 0; i <= idle; i++) {
                int[] pair = sockets.pair();
                connections.add(pair);
                loop.add(pair[0], Events.READ, read, null);
            }
            int busy = connections.get(idle)[1];
            return CpuTime.of(() -> exchange(loop, busy, messages)).nanos() / 1_000.0 / messages;
        } finally {
            for (int[] pair : connections) {
                sockets.close(pair[0]);
                sockets.close(pair[1]);
            }
        }
    }

    private void exchange(EventLoop loop, int busy, int messages) throws IOException {
        for (int i = 0; i < messages; i++) {
            sockets.write(busy, buffer.clear().limit(1));
            loop.run(-1); // one connection is ready; how many does the kernel check?
        }
    }
}
