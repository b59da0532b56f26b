package dev.eventloop.benchmarks.pipes;

import dev.eventloop.libc.NativeMemory;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/**
 * Pipes on Netty's epoll transport without its upper layers: no channel, no pipeline, no {@code
 * ByteBuf}. An {@link EpollIoHandle} corresponds to our callback. Level-triggered, like the others.
 */
final class NettyPipes extends WatchedPipes {
    private static final long LONG = TimeUnit.MINUTES.toNanos(1);

    private final ManualIoEventLoop loop =
            new ManualIoEventLoop(Thread.currentThread(), EpollIoHandler.newFactory());
    private final NativeMemory octet = NativeMemory.allocate(1);
    private final FileDescriptor[] readers;
    private final FileDescriptor[] writers;
    private final IoRegistration[] registrations;

    NettyPipes(int count, Ready ready) throws IOException {
        readers = new FileDescriptor[count];
        writers = new FileDescriptor[count];
        registrations = new IoRegistration[count];
        for (int pipe = 0; pipe < count; pipe++) {
            FileDescriptor[] ends = FileDescriptor.pipe();
            readers[pipe] = ends[0];
            writers[pipe] = ends[1];
            registrations[pipe] = loop.register(new Reader(ends[0], pipe, ready)).getNow();
            registrations[pipe].submit(EpollIoOps.EPOLLIN);
        }
    }

    private record Reader(FileDescriptor fd, int pipe, Ready ready) implements EpollIoHandle {
        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            try {
                ready.onReady(pipe);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {}
    }

    @Override
    public void put(int pipe) throws IOException {
        mustBeOne(writers[pipe].writeAddress(octet.address(), 0, 1), pipe);
    }

    @Override
    public void take(int pipe) throws IOException {
        mustBeOne(readers[pipe].readAddress(octet.address(), 0, 1), pipe);
    }

    @Override
    public void await() {
        loop.run(LONG);
    }

    @Override
    public void poll() {
        loop.runNow();
    }

    @Override
    public void close() throws IOException {
        for (int pipe = 0; pipe < readers.length; pipe++) {
            registrations[pipe].cancel();
            readers[pipe].close();
            writers[pipe].close();
        }
        end(loop);
        octet.close();
    }

    /** Releases the loop's resources. */
    static void end(ManualIoEventLoop loop) {
        Future<?> end = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        while (!end.isDone()) {
            loop.runNow();
        }
    }
}
