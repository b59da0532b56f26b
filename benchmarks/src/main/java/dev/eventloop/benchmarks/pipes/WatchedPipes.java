package dev.eventloop.benchmarks.pipes;

import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.util.List;

/** Pipes whose reading ends a loop watches. Confined to the thread that made it. */
public abstract class WatchedPipes implements AutoCloseable {
    /** {@code java.nio.channels.Selector}. */
    public static final String NIO = "nio";

    /** Netty's native epoll transport. */
    public static final String NETTY = "netty";

    /** Hears of pipes that can be read. */
    public interface Ready {
        /**
         * There is something in a pipe.
         *
         * @param pipe its index
         */
        void onReady(int pipe) throws IOException;
    }

    /**
     * So many pipes, each of them empty.
     *
     * @param loop the name of an EventLoop's backend, {@value #NIO} or {@value #NETTY}
     */
    public static WatchedPipes open(String loop, int count, Ready ready) throws IOException {
        return switch (loop) {
            case NIO -> new SelectorPipes(count, ready);
            case NETTY -> new NettyPipes(count, ready);
            default -> new EventLoopPipes(loop, count, ready);
        };
    }

    /** Of the given loops those that work on this machine: Netty's wants Linux on x86-64. */
    public static List<String> usable(List<String> loops) {
        return loops.stream().filter(loop -> !loop.equals(NETTY) || Epoll.isAvailable()).toList();
    }

    /** Writes a byte. */
    public abstract void put(int pipe) throws IOException;

    /** Reads a byte, which must be there. */
    public abstract void take(int pipe) throws IOException;

    /** Waits until pipes can be read, and tells of each. */
    public abstract void await() throws IOException;

    /** As {@link #await}, but does not wait. */
    public abstract void poll() throws IOException;

    @Override
    public abstract void close() throws IOException;

    static void mustBeOne(long bytes, int pipe) throws IOException {
        if (bytes != 1) {
            throw new IOException("a byte of pipe " + pipe + " was not moved: " + bytes);
        }
    }
}
