package dev.eventloop.benchmarks.published;

import dev.eventloop.EventCallback;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.HdrHistogram.Histogram;

/**
 * The clients of one server, on one thread. Each sends a request, and the next one as soon as it
 * has the whole answer (a closed-loop load). Between runs the clients are connected and idle.
 */
final class LoadGenerator implements AutoCloseable {
    private static final int SCRATCH = 64 * 1024;
    private static final int AT_A_TIME = 200;

    private final LibC libc = LibC.system();
    private final Sockets sockets = Sockets.system();
    private final EventLoop loop = EventLoop.create();
    private final NativeMemory scratch = NativeMemory.allocate(SCRATCH);
    private final EventCallback<Client> onClient =
            (fd, events, client) -> client.onEvent(this, events);
    private Client[] clients = {};
    private Histogram latency = new Histogram(3);
    private int requestSize;
    private long deadline;
    private int outstanding;

    /** The results of a run; times are in nanoseconds. */
    record Result(long requests, long nanos, double mean, long median, long p99) {}

    void connect(int port, int count) throws IOException {
        InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        clients = new Client[count];
        int[] connecting = {0};
        EventCallback<Object> onConnected =
                (fd, events, none) -> {
                    int errno = sockets.connectResult(fd);
                    if (errno != 0) {
                        throw new IOException("connect to " + server + ": " + Errno.name(errno));
                    }
                    if (sockets.isConnected(fd)) { // readiness may be spurious
                        connecting[0]--;
                        loop.mod(fd, 0);
                    }
                };
        for (int i = 0; i < count; i++) {
            clients[i] = new Client(sockets.connect(server));
            loop.add(clients[i].fd, Events.WRITE, onConnected, null);
            connecting[0]++;
            while (connecting[0] >= AT_A_TIME) {
                loop.run(-1);
            }
        }
        while (connecting[0] > 0) {
            loop.run(-1);
        }
        for (Client client : clients) {
            loop.del(client.fd);
            sockets.noDelay(client.fd, true);
            loop.add(client.fd, Events.READ, onClient, client);
        }
    }

    /**
     * Runs the load.
     *
     * @param active how many clients send requests, spread evenly over all
     * @param size bytes of a request, and of its answer
     */
    Result load(int active, int size, int millis) throws IOException {
        latency = new Histogram(3);
        requestSize = size;
        long start = System.nanoTime();
        deadline = start + millis * 1_000_000L;
        outstanding = active;
        for (int i = 0; i < active; i++) {
            clients[(int) ((long) i * clients.length / active)].ask(this);
        }
        while (outstanding > 0) {
            loop.run(-1);
        }
        return new Result(
                latency.getTotalCount(),
                System.nanoTime() - start,
                latency.getMean(),
                latency.getValueAtPercentile(50),
                latency.getValueAtPercentile(99));
    }

    /** Closes with RST, so that no port stays in TIME_WAIT. */
    void disconnect() throws IOException {
        for (Client client : clients) {
            loop.delBeforeClose(client.fd);
            sockets.reset(client.fd);
        }
        clients = new Client[0];
    }

    @Override
    public void close() throws IOException {
        disconnect();
        loop.close();
        scratch.close();
    }

    /** One client connection. */
    private static final class Client {
        private final int fd;
        private long askedAt;
        private int toSend;
        private int toReceive;
        private boolean awaitsWrite;

        Client(int fd) {
            this.fd = fd;
        }

        void ask(LoadGenerator load) throws IOException {
            askedAt = System.nanoTime();
            toSend = load.requestSize;
            toReceive = load.requestSize;
            send(load);
        }

        void onEvent(LoadGenerator load, int events) throws IOException {
            if ((events & Events.WRITE) != 0 && toSend > 0) {
                send(load);
            }
            if ((events & (Events.READ | Events.HUP | Events.ERROR)) != 0) {
                receive(load);
            }
        }

        private void send(LoadGenerator load) throws IOException {
            int count = load.libc.send(fd, load.scratch.address(), Math.min(toSend, SCRATCH), 0);
            if (count < 0 && count != -Errno.EAGAIN) {
                throw new IOException(
                        "sending a request to the server failed: " + Errno.name(-count));
            }
            toSend -= Math.max(0, count);
            if (awaitsWrite != toSend > 0) {
                awaitsWrite = toSend > 0;
                load.loop.mod(fd, awaitsWrite ? Events.READ | Events.WRITE : Events.READ);
            }
        }

        private void receive(LoadGenerator load) throws IOException {
            int count = load.libc.recv(fd, load.scratch.address(), SCRATCH, 0);
            if (count == -Errno.EAGAIN) {
                return;
            }
            if (count <= 0) {
                throw new IOException(
                        "the server closed a connection: "
                                + (count == 0 ? "EOF" : Errno.name(-count)));
            }
            toReceive -= count;
            if (toReceive == 0) {
                long now = System.nanoTime();
                load.latency.recordValue(now - askedAt);
                if (now < load.deadline) {
                    ask(load);
                } else {
                    load.outstanding--;
                }
            }
        }
    }
}
