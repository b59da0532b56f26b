package dev.eventloop.lb;

import dev.eventloop.lb.proxyprotocol.ProxyAddresses;
import dev.eventloop.lb.proxyprotocol.ProxyHeaderReader;
import dev.eventloop.lb.proxyprotocol.ProxyHeaderWriter;
import dev.eventloop.lb.proxyprotocol.ProxyProtocol;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.NativeAddress;
import dev.eventloop.net.NativeBuffer;
import dev.eventloop.net.Sockets;

/**
 * The PROXY header of one connection: that with which the client must begin, and that with which
 * its backend is told who the client is. It is there only where one of them is wanted, and pooled
 * with its connection.
 */
final class ProxyHeader {
    private final ProxyAddresses addresses = new ProxyAddresses();
    private final ProxyHeaderReader reader = new ProxyHeaderReader(addresses);

    private boolean begun;

    /** How much of it this backend has. */
    private int sent;

    /** Of another connection. */
    void reset() {
        reader.reset();
        begun = false;
    }

    /** Takes it off the front of what the client sent. */
    ProxyHeaderReader.Progress read(NativeBuffer buffer) {
        begun |= buffer.readable() > 0;
        return reader.read(buffer);
    }

    /** Whether the client has sent any of it. */
    boolean hasBegun() {
        return begun;
    }

    /** Why it is malformed. */
    String why() {
        return reader.why();
    }

    /** Who the client is, if the header said so. */
    ProxyAddresses addresses() {
        return addresses;
    }

    /** Unless the client's header said more, its addresses are those of its connection. */
    void completeWith(ClientAddress client, NativeAddress local) {
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

    /** Another backend has none of it yet. */
    void rewind() {
        sent = 0;
    }

    /**
     * Sends it, or what is left of it, by way of an empty buffer.
     *
     * @return 0 when all of it is sent, -EAGAIN if the rest must wait, or what else went wrong
     */
    int send(ProxyProtocol version, Sockets sockets, int fd, NativeBuffer scratch) {
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

    /** That of a health check, which comes from nobody but the load balancer itself. */
    static void writeForCheck(ProxyProtocol version, Sockets sockets, int fd, NativeBuffer buffer) {
        if (version == ProxyProtocol.V2) {
            ProxyHeaderWriter.writeLocal(version, buffer);
            return;
        }
        ProxyAddresses own = new ProxyAddresses(); // since many refuse version 1's UNKNOWN
        try (NativeAddress local = new NativeAddress();
                NativeAddress remote = new NativeAddress()) {
            sockets.localAddress(fd, local);
            sockets.remoteAddress(fd, remote);
            own.set(local, remote);
        }
        ProxyHeaderWriter.write(version, own, buffer);
    }
}
