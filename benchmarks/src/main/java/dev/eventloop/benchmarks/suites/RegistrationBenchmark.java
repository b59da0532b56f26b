package dev.eventloop.benchmarks.suites;

import dev.eventloop.benchmarks.pipes.WatchedPipes;
import dev.eventloop.benchmarks.pipes.WatchedSocket;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Adding, changing and deleting registrations. A selector passes changes to the kernel in its next
 * select, so each change is followed by one; an {@code EventLoop} passes them at once.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RegistrationBenchmark {
    @Param({"epoll", "poll", "select", WatchedPipes.NIO, WatchedPipes.NETTY})
    public String loop;

    private WatchedSocket socket;
    private boolean writing;

    @Setup
    public void open() throws IOException {
        socket = WatchedSocket.open(loop);
        socket.add();
    }

    @TearDown
    public void close() throws IOException {
        socket.close();
    }

    /** Changes the interest from READ to READ and WRITE, or back. */
    @Benchmark
    public void mod() throws IOException {
        writing = !writing;
        socket.mod(writing);
    }

    @Benchmark
    public void delAndAdd() throws IOException {
        socket.del();
        socket.add();
    }
}
