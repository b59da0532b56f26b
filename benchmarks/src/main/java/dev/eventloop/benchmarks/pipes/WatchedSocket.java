package dev.eventloop.benchmarks.pipes;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.Events;
import dev.eventloop.net.Sockets;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** A connected socket that is added to a loop, changed and removed. */
public interface WatchedSocket extends AutoCloseable {
    /**
     * Opens a socket that is not registered yet.
     *
     * @param loop as in {@link WatchedPipes#open}
     */
    static WatchedSocket open(String loop) throws IOException {
        return switch (loop) {
            case WatchedPipes.NIO -> new OfSelector();
            case WatchedPipes.NETTY -> new OfNetty();
            default -> new OfEventLoop(loop);
        };
    }

    /** Registers the socket for READ. */
    void add() throws IOException;

    /** Changes the interest to READ, or to READ and WRITE. */
    void mod(boolean writing) throws IOException;

    void del() throws IOException;

    @Override
    void close() throws IOException;

    /** With an {@link EventLoop}. */
    final class OfEventLoop implements WatchedSocket {
        private final Sockets sockets = Sockets.system();
        private final EventLoop loop;
        private final int[] pair;

        OfEventLoop(String backend) throws IOException {
            loop = EventLoop.create(EventLoopOptions.defaults().backend(backend));
            pair = sockets.pair();
        }

        @Override
        public void add() throws IOException {
            loop.add(pair[0], Events.READ, (fd, events, none) -> {}, null);
        }

        @Override
        public void mod(boolean writing) throws IOException {
            loop.mod(pair[0], writing ? Events.READ | Events.WRITE : Events.READ);
        }

        @Override
        public void del() throws IOException {
            loop.del(pair[0]);
        }

        @Override
        public void close() throws IOException {
            del();
            loop.close();
            sockets.close(pair[0]);
            sockets.close(pair[1]);
        }
    }

    /** With a {@link Selector}. */
    final class OfSelector implements WatchedSocket {
        private final Selector selector = Selector.open();
        private final SocketChannel socket;
        private final SocketChannel peer;
        private SelectionKey key;

        OfSelector() throws IOException {
            try (ServerSocketChannel listener = ServerSocketChannel.open()) {
                listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                socket = SocketChannel.open(listener.getLocalAddress());
                peer = listener.accept();
            }
            socket.configureBlocking(false);
        }

        @Override
        public void add() throws IOException {
            key = socket.register(selector, SelectionKey.OP_READ);
            selector.selectNow(ready -> {});
        }

        @Override
        public void mod(boolean writing) throws IOException {
            key.interestOps(
                    writing ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
            selector.selectNow(ready -> {});
        }

        @Override
        public void del() throws IOException {
            key.cancel();
            selector.selectNow(ready -> {});
        }

        @Override
        public void close() throws IOException {
            socket.close();
            peer.close();
            selector.close();
        }
    }

    /** With Netty's epoll transport. */
    final class OfNetty implements WatchedSocket {
        private static final EpollIoOps BOTH = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLOUT);

        private final Sockets sockets = Sockets.system();
        private final ManualIoEventLoop loop =
                new ManualIoEventLoop(Thread.currentThread(), EpollIoHandler.newFactory());
        private final int[] pair;
        private final EpollIoHandle handle;
        private IoRegistration registration;

        OfNetty() throws IOException {
            pair = sockets.pair();
            handle = new Nothing(new FileDescriptor(pair[0]));
        }

        @Override
        public void add() {
            registration = loop.register(handle).getNow();
            registration.submit(EpollIoOps.EPOLLIN);
        }

        @Override
        public void mod(boolean writing) {
            registration.submit(writing ? BOTH : EpollIoOps.EPOLLIN);
        }

        @Override
        public void del() {
            registration.cancel();
        }

        @Override
        public void close() {
            del();
            NettyPipes.end(loop);
            sockets.close(pair[0]);
            sockets.close(pair[1]);
        }

        private record Nothing(FileDescriptor fd) implements EpollIoHandle {
            @Override
            public void handle(IoRegistration registration, IoEvent event) {}

            @Override
            public void close() {}
        }
    }
}
