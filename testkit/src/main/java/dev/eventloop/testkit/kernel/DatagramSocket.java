package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A UDP socket, as udp(7) describes it. With latency datagrams overtake each other, and those that
 * find a full receive buffer are lost.
 */
final class DatagramSocket extends Socket {
    /** The most bytes over IPv4: 64 KiB less the headers. */
    private static final int MOST = 65_507;

    private final Queue<Datagram> inbox = new ArrayDeque<>();
    private int queued;
    private Endpoint local;
    private boolean isBound;

    /** Null unless the socket is connected. */
    private Endpoint peer;

    private int error;
    private boolean readShut;
    private boolean writeShut;

    /** The sender of the datagram that was received last. */
    private Endpoint source;

    /**
     * @param unbound the wildcard address of its family, with port 0
     */
    DatagramSocket(World world, Endpoint unbound) {
        super(world, new SocketOptions(world.options.socketBuffer()));
        this.local = unbound;
    }

    private record Datagram(Endpoint from, ByteBuffer bytes) {
        int length() {
            return bytes.capacity();
        }
    }

    @Override
    int bind(Endpoint address) {
        return isBound ? -Errno.EINVAL : world.network.bind(this, address);
    }

    @Override
    void bound(Endpoint address) {
        local = address;
        isBound = true;
    }

    @Override
    int connect(Endpoint target) {
        if (target.inet() == null || !Network.isLocal(target)) {
            return target.inet() == null ? -Errno.EAFNOSUPPORT : -Errno.ENETUNREACH;
        }
        peer = Network.reachable(target);
        bindToAnyPort();
        if (local.host().isAnyLocalAddress()) {
            local = Endpoint.inet(peer.host(), local.port());
        }
        return 0;
    }

    private void bindToAnyPort() {
        if (!isBound) {
            world.network.bind(this, local);
        }
    }

    /** sendto(2) over the connection, if {@code target} is null. */
    int send(ByteBuffer source, Endpoint target, boolean isLost) {
        Endpoint to = target == null ? peer : Network.reachable(target);
        if (to == null || to.inet() == null) {
            return to == null ? -Errno.EDESTADDRREQ : -Errno.EAFNOSUPPORT;
        }
        if (!Network.isLocal(to)) {
            return -Errno.ENETUNREACH;
        }
        bindToAnyPort();
        if (source.remaining() > MOST) {
            return -Errno.EMSGSIZE;
        }
        if (error != 0 || writeShut) {
            return error != 0 ? -takeError() : -Errno.EPIPE;
        }
        ByteBuffer bytes = ByteBuffer.allocate(source.remaining()).put(source);
        boolean anyHost = local.host().isAnyLocalAddress();
        Endpoint from = anyHost ? Endpoint.inet(to.host(), local.port()) : local;
        if (!isLost) {
            world.later(() -> arrive(new Datagram(from, bytes), to));
        }
        return bytes.capacity();
    }

    private void arrive(Datagram datagram, Endpoint to) {
        DatagramSocket receiver = world.network.datagramSocket(to, datagram.from);
        if (receiver != null) {
            receiver.take(datagram);
        } else if (to.equals(peer)) { // ICMP, port unreachable
            error = Errno.ECONNREFUSED;
            wake(PollBits.ANY);
        }
    }

    private void take(Datagram datagram) {
        if (queued + datagram.length() <= options().receiveBuffer()) {
            inbox.add(datagram);
            queued += datagram.length();
            wake(PollBits.IN);
        }
    }

    /** Whether datagrams of that sender are for this socket. */
    boolean hears(Endpoint from) {
        return peer == null || peer.equals(from);
    }

    /** recvfrom(2); {@link #source} is then the sender. */
    int receive(ByteBuffer target, boolean peek) {
        if (error != 0) {
            return -takeError();
        }
        Datagram datagram = peek ? inbox.peek() : inbox.poll();
        if (datagram == null) {
            return readShut ? 0 : -Errno.EAGAIN;
        }
        queued -= peek ? 0 : datagram.length();
        source = datagram.from;
        int count = Math.min(target.remaining(), datagram.length());
        target.put(datagram.bytes.slice(0, count));
        return count;
    }

    Endpoint source() {
        return source;
    }

    @Override
    int read(ByteBuffer target) {
        return receive(target, false);
    }

    @Override
    int write(ByteBuffer source) {
        return send(source, null, false);
    }

    @Override
    int shutdown(boolean reading, boolean writing) {
        readShut |= reading;
        writeShut |= writing;
        wake(PollBits.ANY);
        return peer == null ? -Errno.ENOTCONN : 0;
    }

    /** As datagram_poll of Linux. */
    @Override
    int readiness() {
        int bits = error != 0 ? PollBits.ERR | PollBits.OUT : PollBits.OUT;
        if (readShut) {
            bits |= PollBits.IN | PollBits.RDHUP;
        }
        if (readShut && writeShut) {
            bits |= PollBits.HUP;
        }
        return inbox.isEmpty() ? bits : bits | PollBits.IN;
    }

    /** An empty datagram counts, too. */
    @Override
    int available() {
        return inbox.isEmpty() ? 0 : Math.max(1, queued);
    }

    @Override
    int room() {
        return MOST;
    }

    @Override
    boolean isReadEnded() {
        return readShut;
    }

    @Override
    boolean isWriteEnded() {
        return writeShut;
    }

    @Override
    int pendingError() {
        return error;
    }

    @Override
    int takeError() {
        int taken = error;
        error = 0;
        return taken;
    }

    @Override
    Endpoint local() {
        return local;
    }

    @Override
    Endpoint remote() {
        return peer;
    }

    @Override
    void released() {
        world.network.release(this);
    }
}
