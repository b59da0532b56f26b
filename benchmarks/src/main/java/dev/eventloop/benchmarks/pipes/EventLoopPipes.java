package dev.eventloop.benchmarks.pipes;

import dev.eventloop.EventCallback;
import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.Events;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.net.Sockets;
import java.io.IOException;

/**
 * Pipes on an {@link EventLoop}. Calls {@code read} and {@code write} as the C program does,
 * because {@link Sockets} tries {@code recv} first, which fails on a pipe.
 */
final class EventLoopPipes extends WatchedPipes {
    private final LibC libc = LibC.system();
    private final Sockets sockets = Sockets.system();
    private final NativeMemory octet = NativeMemory.allocate(Long.BYTES);
    private final EventLoop loop;
    private final int[] readFds;
    private final int[] writeFds;

    EventLoopPipes(String backend, int count, Ready ready) throws IOException {
        loop = EventLoop.create(EventLoopOptions.defaults().backend(backend));
        readFds = new int[count];
        writeFds = new int[count];
        EventCallback<Integer> callback = (fd, events, pipe) -> ready.onReady(pipe);
        for (int pipe = 0; pipe < count; pipe++) {
            int[] ends = sockets.pipe();
            readFds[pipe] = ends[0];
            writeFds[pipe] = ends[1];
            loop.add(ends[0], Events.READ, callback, pipe);
        }
    }

    @Override
    public void put(int pipe) throws IOException {
        mustBeOne(libc.write(writeFds[pipe], octet.address(), 1), pipe);
    }

    @Override
    public void take(int pipe) throws IOException {
        mustBeOne(libc.read(readFds[pipe], octet.address(), 1), pipe);
    }

    @Override
    public void await() throws IOException {
        loop.run(-1);
    }

    @Override
    public void poll() throws IOException {
        loop.run(0);
    }

    @Override
    public void close() throws IOException {
        for (int pipe = 0; pipe < readFds.length; pipe++) {
            loop.delBeforeClose(readFds[pipe]);
            sockets.close(readFds[pipe]);
            sockets.close(writeFds[pipe]);
        }
        loop.close();
        octet.close();
    }
}
