package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;
import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.NativeAddress;
import dev.eventloop.net.Sockets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/** What {@link LinuxAndTheSimulationAgreeTest} compares: two fds that are connected. */
enum ConnectionKind {
    UNIX,
    TCP,
    UDP,
    PIPE;

    private static final InetSocketAddress ANY =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    /** How many kinds of calls are made; those behind them splice. */
    int steps() {
        return this == PIPE || this == UDP ? 12 : 16;
    }

    /** Opens both ends, on the real or on the simulated kernel. */
    int[] open(Sockets sockets, SplittableRandom random) throws Exception {
        return switch (this) {
            case UNIX -> sockets.pair();
            case TCP -> connection(sockets);
            case UDP -> datagramSockets(sockets, random);
            case PIPE -> sockets.pipe();
        };
    }

    private static int[] connection(Sockets sockets) throws Exception {
        int listener = sockets.listen(ANY, ListenOptions.defaults());
        int client = sockets.connect(sockets.localAddress(listener));
        int server = sockets.accept(listener);
        while (server == -Errno.EAGAIN) {
            LockSupport.parkNanos(10_000);
            server = sockets.accept(listener);
        }
        sockets.close(listener);
        return new int[] {client, server};
    }

    /** Two that are connected to each other, or at random only the first one to the second. */
    private static int[] datagramSockets(Sockets sockets, SplittableRandom random)
            throws Exception {
        int[] pair = {sockets.bindDatagram(ANY), sockets.bindDatagram(ANY)};
        for (int end = 0; end < 2; end++) {
            try (NativeAddress other = new NativeAddress()) {
                sockets.localAddress(pair[1 - end], other);
                if (end == 0 || random.nextBoolean()) {
                    Errno.check(sockets.connect(pair[end], other), "connect", "a UDP socket");
                }
            }
        }
        return pair;
    }
}
