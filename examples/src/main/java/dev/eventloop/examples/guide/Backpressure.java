package dev.eventloop.examples.guide;

import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;

/** Chapter 4: this program forwards bytes from a fast writer to a reader that reads nothing. */
final class Backpressure implements Experiment {
    private static final int OFFERED = 64 * 1024 * 1024;
    private static final int PIECE = 64 * 1024;

    private final Sockets sockets = Sockets.system();
    private final Queue<ByteBuffer> waiting = new ArrayDeque<>();
    private long held;

    @Override
    public void run(PrintStream out, int scale) throws Exception {
        long offered = (long) OFFERED / 100 * scale;
        out.printf("a writer has %,d bytes, and the reader reads nothing:%n", offered);
        for (boolean stops : new boolean[] {false, true}) {
            long accepted = pump(offered, stops);
            out.printf(
                    "  %-23s %,11d accepted from the writer, %,11d buffered in this program%n",
                    stops ? "stop while bytes wait:" : "keep reading:", accepted, held);
        }
    }

    /** Returns how many bytes the writer could write. */
    private long pump(long offered, boolean stops) throws IOException {
        int[] writer = sockets.pair();
        int[] reader = sockets.pair();
        waiting.clear();
        held = 0;
        try (EventLoop loop = EventLoop.create()) {
            int to = reader[0];
            loop.add(to, 0, (fd, events, none) -> {}, null);
            loop.add(
                    writer[1],
                    Events.READ,
                    (fd, events, none) -> forward(loop, fd, to, stops),
                    null);
            ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
            long accepted = 0;
            int silent = 0;
            while (accepted < offered && silent < 3) { // three iterations with nothing to do
                int count = sockets.write(writer[0], piece.clear());
                accepted += Math.max(0, count);
                silent = loop.run(0) == 0 && count < 0 ? silent + 1 : 0;
            }
            return accepted;
        } finally {
            for (int fd : new int[] {writer[0], writer[1], reader[0], reader[1]}) {
                sockets.close(fd);
            }
        }
    }

    private void forward(EventLoop loop, int from, int to, boolean stops) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(PIECE);
        if (sockets.read(from, buffer) <= 0) {
            return;
        }
        buffer.flip();
        if (waiting.isEmpty()) {
            sockets.write(to, buffer);
        }
        if (buffer.hasRemaining()) {
            waiting.add(buffer);
            held += buffer.remaining();
            if (stops) {
                loop.mod(from, 0); // the kernel's buffers fill up, then the writer blocks
                loop.mod(to, Events.WRITE); // reports when there is room again
            }
        }
    }
}
