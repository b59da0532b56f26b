package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The addresses in use: ports of the loopback interface, and names of unix-domain sockets. */
final class Network {
    /** net.ipv4.ip_local_port_range of Linux. */
    private static final int FIRST_EPHEMERAL = 32_768;

    private static final int LAST_EPHEMERAL = 60_999;

    private final World world;

    /** Sockets that called bind(2) with an IP address, oldest first. */
    private final List<StreamSocket> bound = new ArrayList<>();

    /** A name remains after its socket is closed, until it is unlinked: unix(7). */
    private final Map<String, StreamSocket> named = new HashMap<>();

    /** UDP sockets with a port: their ports are not those of TCP. */
    private final List<DatagramSocket> datagramSockets = new ArrayList<>();

    private int nextEphemeral = FIRST_EPHEMERAL;

    Network(World world) {
        this.world = world;
    }

    /** Assigns the address to the socket; 0, or -errno. */
    int bind(StreamSocket socket, Endpoint address) {
        if (address.inet() == null) {
            if (named.putIfAbsent(address.path(), socket) != null) {
                return -Errno.EADDRINUSE;
            }
            socket.bound(address);
            return 0;
        }
        if (!isLocal(address)) {
            return -Errno.EADDRNOTAVAIL;
        }
        Endpoint chosen = address;
        if (address.port() == 0) {
            chosen = Endpoint.inet(address.host(), freePort());
        } else if (isTaken(socket, address)) {
            return -Errno.EADDRINUSE;
        }
        socket.bound(chosen);
        bound.add(socket);
        return 0;
    }

    /** Assigns the address to a UDP socket; 0, or -errno. */
    int bind(DatagramSocket socket, Endpoint address) {
        if (address.inet() == null || !isLocal(address)) {
            return address.inet() == null ? -Errno.EINVAL : -Errno.EADDRNOTAVAIL;
        }
        Endpoint chosen = address;
        if (address.port() == 0) {
            chosen = Endpoint.inet(address.host(), freePort());
        }
        for (DatagramSocket other : datagramSockets) {
            if (other.local().covers(chosen) || chosen.covers(other.local())) {
                return -Errno.EADDRINUSE;
            }
        }
        socket.bound(chosen);
        datagramSockets.add(socket);
        return 0;
    }

    /** The UDP socket that gets what is sent to an address; null for none. */
    DatagramSocket datagramSocket(Endpoint target, Endpoint from) {
        for (DatagramSocket socket : datagramSockets) {
            if (socket.local().covers(target) && socket.hears(from)) {
                return socket;
            }
        }
        return null;
    }

    void release(DatagramSocket socket) {
        datagramSockets.remove(socket);
    }

    private boolean isTaken(StreamSocket socket, Endpoint address) {
        for (StreamSocket other : bound) {
            boolean overlaps = other.local().covers(address) || address.covers(other.local());
            if (overlaps && !(socket.sharesPort() && other.sharesPort())) {
                return true;
            }
        }
        return false;
    }

    private int freePort() {
        int port;
        do {
            port = nextEphemeral;
            nextEphemeral = port == LAST_EPHEMERAL ? FIRST_EPHEMERAL : port + 1;
        } while (isPortOfListener(port));
        return port;
    }

    private boolean isPortOfListener(int port) {
        for (StreamSocket socket : bound) {
            if (socket.local().port() == port) {
                return true;
            }
        }
        for (DatagramSocket socket : datagramSockets) {
            if (socket.local().port() == port) {
                return true;
            }
        }
        return false;
    }

    /** A local address for a connect, with an ephemeral port. */
    Endpoint ephemeral(Endpoint target) {
        return Endpoint.inet(target.host(), freePort());
    }

    static boolean isLocal(Endpoint address) {
        InetAddress host = address.host();
        return host.isLoopbackAddress() || host.isAnyLocalAddress();
    }

    /** The target of a connect; on Linux the unspecified address means the loopback address. */
    static Endpoint reachable(Endpoint target) {
        if (target.inet() == null || !target.host().isAnyLocalAddress()) {
            return target;
        }
        boolean v4 = target.host().getAddress().length == 4;
        InetAddress loopback = new InetSocketAddress(v4 ? "127.0.0.1" : "::1", 0).getAddress();
        return Endpoint.inet(loopback, target.port());
    }

    /** The listener of an address, random among several; an exact address before the wildcard. */
    StreamSocket listener(Endpoint target) {
        List<StreamSocket> exact = new ArrayList<>();
        List<StreamSocket> wildcard = new ArrayList<>();
        for (StreamSocket socket : bound) {
            if (socket.isListening() && socket.local().covers(target)) {
                (socket.local().host().isAnyLocalAddress() ? wildcard : exact).add(socket);
            }
        }
        List<StreamSocket> candidates = exact.isEmpty() ? wildcard : exact;
        return switch (candidates.size()) {
            case 0 -> null;
            case 1 -> candidates.get(0);
            default -> candidates.get(world.random.nextInt(candidates.size()));
        };
    }

    /** The socket that was bound to the name, even if it is closed; null for none. */
    StreamSocket named(String path) {
        return named.get(path);
    }

    int unlink(String path) {
        return named.remove(path) == null ? -Errno.ENOENT : 0;
    }

    void release(StreamSocket socket) {
        bound.remove(socket);
    }
}
