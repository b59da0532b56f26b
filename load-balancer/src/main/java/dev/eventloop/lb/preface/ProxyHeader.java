package dev.eventloop.lb.preface;

import dev.eventloop.lb.proxyprotocol.ProxyAddresses;
import dev.eventloop.lb.proxyprotocol.ProxyHeaderReader;
import dev.eventloop.lb.proxyprotocol.ProxyHeaderWriter;
import dev.eventloop.lb.proxyprotocol.ProxyProtocol;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.NativeAddress;
import dev.eventloop.net.NativeBuffer;
import dev.eventloop.net.Sockets;

/**
 * The PROXY header of one connection: the one that the client sends first, and the one that the
 * backend gets. Exists only where one of them is configured, and is pooled with its connection.
 */
public final class ProxyHeader {
    private final ProxyAddresses addresses = new ProxyAddresses();
    private final ProxyHeaderReader reader = new ProxyHeaderReader(addresses);

    private boolean begun;

    /** How many bytes of it were sent to this backend. */
    private int sent;

    /** For another connection. */
    public void reset() {
        reader.reset();
        begun = false;
    }

    /** Consumes it from the start of the client's bytes. */
    public ProxyHeaderReader.Progress read(NativeBuffer buffer) {
        begun |= buffer.readable() > 0;
        return reader.read(buffer);
    }

    /** Whether the client has sent any of it. */
    public boolean hasBegun() {
        return begun;
    }

    /** Why it is malformed. */
    public String why() {
        return reader.why();
    }

    /** The addresses in the header, if it has any. */
    public ProxyAddresses addresses() {
        return addresses;
    }

    /** Fills in the addresses of the connection, unless the client's header had some. */
    public void completeWith(ClientAddress client, NativeAddress local) {
        if (!addresses.isKnown() && local.isInternet()) {
            addresses.set(
                    client.high(),
                    client.low(),
                    client.port(),
                    local.ipHigh(),
                    local.ipLow(),
                    local.port());
        }
    }

    /** Sends the header from the start again, to another backend. */
    public void rewind() {
        sent = 0;
    }

    /**
     * Sends it, or the rest of it.
     *
     * @param scratch an empty buffer
     * @return 0 when all of it is sent, -EAGAIN if the rest must wait, or another {@code -errno}
     */
    public int send(ProxyProtocol version, Sockets sockets, int fd, NativeBuffer scratch) {
        ProxyHeaderWriter.write(version, addresses, scratch);
        scratch.skip(sent);
        int count = sockets.write(fd, scratch);
        int left = scratch.readable();
        scratch.clear();
        if (count < 0) {
            return count == -Errno.EINTR ? -Errno.EAGAIN : count;
        }
        sent += count;
        return left == 0 ? 0 : -Errno.EAGAIN;
    }

    /** Writes the header of a health check, which comes from the load balancer itself. */
    public static void writeForCheck(
            ProxyProtocol version, Sockets sockets, int fd, NativeBuffer buffer) {
        if (version == ProxyProtocol.V2) {
            ProxyHeaderWriter.writeLocal(version, buffer);
            return;
        }
        ProxyAddresses own = new ProxyAddresses(); // many servers refuse UNKNOWN of version 1
        try (NativeAddress local = new NativeAddress();
                NativeAddress remote = new NativeAddress()) {
            sockets.localAddress(fd, local);
            sockets.remoteAddress(fd, remote);
            own.set(local, remote);
        }
        ProxyHeaderWriter.write(version, own, buffer);
    }
}
