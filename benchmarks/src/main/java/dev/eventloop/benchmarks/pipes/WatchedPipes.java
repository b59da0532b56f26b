package dev.eventloop.benchmarks.pipes;

import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.util.List;

/** Pipes whose read ends a loop watches. Confined to the thread that created it. */
public abstract class WatchedPipes implements AutoCloseable {
    /** {@code java.nio.channels.Selector}. */
    public static final String NIO = "nio";

    /** Netty's native epoll transport. */
    public static final String NETTY = "netty";

    /** Receives readable pipes. */
    public interface Ready {
        /**
         * Called when a pipe is readable.
         *
         * @param pipe its index
         */
        void onReady(int pipe) throws IOException;
    }

    /**
     * Opens {@code count} empty pipes.
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

    /** The given loops that work on this machine: Netty's needs Linux on x86-64. */
    public static List<String> usable(List<String> loops) {
        return loops.stream().filter(loop -> !loop.equals(NETTY) || Epoll.isAvailable()).toList();
    }

    /** Writes a byte. */
    public abstract void put(int pipe) throws IOException;

    /** Reads a byte, which must be available. */
    public abstract void take(int pipe) throws IOException;

    /** Waits until pipes are readable and reports each. */
    public abstract void await() throws IOException;

    /** Like {@link #await}, without waiting. */
    public abstract void poll() throws IOException;

    @Override
    public abstract void close() throws IOException;

    static void mustBeOne(long bytes, int pipe) throws IOException {
        if (bytes != 1) {
            throw new IOException(
                    "reading or writing one byte of pipe " + pipe + " returned " + bytes);
        }
    }
}
