package dev.eventloop.examples.echo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.net.Sockets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** An echo server on a separate thread, on a given backend. */
final class RunningEcho implements AutoCloseable {
    private final EventLoop loop;
    private final EchoServer server;
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    private RunningEcho(String backend, Trigger trigger) throws Exception {
        loop = EventLoop.create(EventLoopOptions.defaults().backend(backend));
        server =
                new EchoServer(
                        loop,
                        Sockets.system(),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        trigger,
                        warning -> end.completeExceptionally(new AssertionError(warning)));
        new Thread(this::run, "echo").start();
    }

    static RunningEcho start(String backend, Trigger trigger) throws Exception {
        return new RunningEcho(backend, trigger);
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
    <T> T ask(Function<EchoServer, T> question) throws Exception {
        CompletableFuture<T> answer = new CompletableFuture<>();
        loop.execute(() -> answer.complete(question.apply(server)));
        return answer.get();
    }

    int connections() throws Exception {
        return ask(server -> server.statistics().connections());
    }

    /** Stops the server; fails with its failure. */
    @Override
    public void close() {
        loop.stop();
        end.join();
        assertThat(loop.size()).as("remaining registrations").isZero();
        loop.close();
    }
}
