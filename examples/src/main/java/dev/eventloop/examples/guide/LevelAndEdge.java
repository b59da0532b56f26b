package dev.eventloop.examples.guide;

import dev.eventloop.Capability;
import dev.eventloop.EventCallback;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;

/** Chapter 2: how often a callback runs for 100 bytes if it reads 10 at a time. */
final class LevelAndEdge implements Experiment {
    private static final int BYTES = 100;

    private final Sockets sockets = Sockets.system();
    private final ByteBuffer ten = ByteBuffer.allocateDirect(10);
    private int calls;
    private int taken;

    /** Right for level-triggered: the next wait reports the bytes that are left. */
    private final EventCallback<Object> once =
            (fd, events, none) -> {
                calls++;
                taken += Math.max(0, sockets.read(fd, ten.clear()));
            };

    /** Right for edge-triggered, too: no later wait would report the bytes that are left. */
    private final EventCallback<Object> untilEagain =
            (fd, events, none) -> {
                calls++;
                int count;
                while ((count = sockets.read(fd, ten.clear())) > 0) {
                    taken += count;
                }
            };

    @Override
    public void run(PrintStream out, int scale) throws Exception {
        tell(out, "level-triggered, one read per call", Events.READ, once);
        tell(out, "level-triggered, until EAGAIN", Events.READ, untilEagain);
        tell(out, "edge-triggered, one read per call", Events.READ | Events.EDGE, once);
        tell(out, "edge-triggered, until EAGAIN", Events.READ | Events.EDGE, untilEagain);
    }

    private void tell(PrintStream out, String how, int interest, EventCallback<Object> callback)
            throws IOException {
        int[] pair = sockets.pair();
        calls = 0;
        taken = 0;
        try (EventLoop loop = EventLoop.create()) {
            if ((interest & Events.EDGE) != 0
                    && !loop.capabilities().contains(Capability.EDGE_TRIGGERED)) {
                out.printf("%-36s not supported by %s%n", how, loop.backendName());
                return;
            }
            loop.add(pair[0], interest, callback, null);
            sockets.write(pair[1], ByteBuffer.allocateDirect(BYTES));
            int called;
            do {
                called = loop.run(20);
            } while (called > 0);
        } finally {
            sockets.close(pair[0]);
            sockets.close(pair[1]);
        }
        out.printf("%-36s %2d calls, %3d bytes left behind%n", how, calls, BYTES - taken);
    }
}
