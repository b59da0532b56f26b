package dev.eventloop.testkit.kernel;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.Sockets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

/** Base of the tests: a simulated kernel, and calls of it. */
abstract class KernelCase {
    static final long MILLI = 1_000_000;
    static final InetSocketAddress ANY_PORT =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    final NativeMemory memory = NativeMemory.allocate(4096);
    SimulatedKernel kernel;
    Sockets sockets;

    @AfterEach
    void free() {
        memory.close();
    }

    void use(KernelOptions options) {
        kernel = new SimulatedKernel(options);
        sockets = new Sockets(kernel);
    }

    static KernelOptions latency(int leastMillis, int mostMillis) {
        return KernelOptions.defaults()
                .latency(Duration.ofMillis(leastMillis), Duration.ofMillis(mostMillis));
    }

    static KernelOptions with(Faults faults) {
        return KernelOptions.defaults().faults(faults);
    }

    int listener(int backlog) throws ErrnoException {
        return sockets.listen(ANY_PORT, ListenOptions.defaults().backlog(backlog));
    }

    int connect(int listener) throws ErrnoException {
        return sockets.connect(sockets.localAddress(listener));
    }

    /** [0] has connected, [1] was accepted. */
    int[] connection() throws ErrnoException {
        int listener = listener(8);
        int client = connect(listener);
        settle();
        int server = sockets.accept(listener);
        sockets.close(listener);
        return new int[] {client, server};
    }

    /** Runs everything that is scheduled. */
    void settle() {
        while (kernel.advance()) {}
    }

    int send(int fd, int count) {
        return sockets.write(fd, ByteBuffer.allocate(count));
    }

    int receive(int fd, int count) {
        return sockets.read(fd, ByteBuffer.allocate(count));
    }

    /** The present result of poll(2) for an fd, in {@link PollBits}. */
    int bits(int fd) {
        return poll(fd, PollBits.IN | PollBits.OUT | PollBits.RDHUP, 0);
    }

    int poll(int fd, int events, long timeoutNanos) {
        memory.buffer().putInt(0, fd);
        memory.buffer().putShort(4, (short) events);
        kernel.poll(memory.address(), 1, timeoutNanos);
        return memory.buffer().getShort(6);
    }

    static String name(int result) {
        return result < 0 ? Errno.name(-result) : Integer.toString(result);
    }
}
