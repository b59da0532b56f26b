package dev.eventloop.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.net.Sockets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A chat server on a separate thread, on a given backend. */
final class RunningChat implements AutoCloseable {
    private final EventLoop loop;
    private final ChatServer server;
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    private RunningChat(String backend, int rate, Duration patience) throws Exception {
        loop = EventLoop.create(EventLoopOptions.defaults().backend(backend));
        server =
                new ChatServer(
                        loop,
                        Sockets.system(),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        rate,
                        patience,
                        warning -> end.completeExceptionally(new AssertionError(warning)));
        new Thread(this::run, "chat").start();
    }

    /** Starts with a rate that no test reaches. */
    static RunningChat start(String backend) throws Exception {
        return start(backend, 1_000_000);
    }

    static RunningChat start(String backend, int rate) throws Exception {
        return new RunningChat(backend, rate, Duration.ofHours(1));
    }

    /** Starts with a short patience for incomplete packets. */
    static RunningChat impatient(String backend) throws Exception {
        return new RunningChat(backend, 1_000_000, Duration.ofMillis(200));
    }

    private void run() {
        try {
            loop.runUntilStopped();
            server.close();
            end.complete(null);
        } catch (Throwable e) {
            end.completeExceptionally(e);
        }
    }

    int port() {
        return server.address().getPort();
    }

    /** Calls the server on its thread. */
    <T> T ask(Function<ChatServer, T> question) throws Exception {
        CompletableFuture<T> answer = new CompletableFuture<>();
        loop.execute(() -> answer.complete(question.apply(server)));
        return answer.get();
    }

    int sessions() throws Exception {
        return ask(ChatServer::sessions);
    }

    int ended(Ending how) throws Exception {
        return ask(server -> server.ended(how));
    }

    /** The number of packets in use. */
    int packets() throws Exception {
        return ask(server -> server.packets().taken());
    }

    int channels() throws Exception {
        return ask(server -> server.channels().size());
    }

    /** Stops the server; fails with its failure, or if a packet was leaked. */
    @Override
    public void close() {
        loop.stop();
        end.join();
        assertThat(loop.size()).as("remaining registrations").isZero();
        assertThat(server.packets().taken()).as("leaked packets").isZero();
        loop.close();
    }
}
