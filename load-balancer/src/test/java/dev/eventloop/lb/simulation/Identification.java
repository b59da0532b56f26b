package dev.eventloop.lb.simulation;

import dev.eventloop.lb.proxyprotocol.ProxyProtocol;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the client at the other end of a backend's connection: the only one whose PROXY header, if
 * the backend gets one, and first bytes are those that were received. So exactly one right header
 * must come first.
 */
final class Identification {
    private final Peer peer;
    private final PoolPlan pool;
    private boolean done;
    private final ByteArrayOutputStream early = new ByteArrayOutputStream();

    Identification(Peer peer) {
        this.peer = peer;
        this.pool = peer.server.pool.plan;
    }

    /** Whether the client is known; then only content follows. */
    boolean isDone() {
        return done;
    }

    /** Takes more bytes, and says how many of them are not content but part of a header. */
    int take(byte[] bytes, int count) {
        int before = early.size();
        early.write(bytes, 0, count);
        byte[] all = early.toByteArray();
        List<Peer> matching = new ArrayList<>();
        for (Peer client : peer.isCheck ? List.<Peer>of() : peer.simulation.clients) {
            if (matches(client, all)) {
                matching.add(client);
            }
        }
        if (matching.isEmpty() && !isPartOfCheck(all)) {
            throw new Violation(
                    "%s receives bytes that %s has sent%s: %s",
                    peer.name,
                    peer.isCheck ? "no health check" : "no client",
                    pool.sends() == null ? "" : " with the right PROXY header",
                    describe(all));
        }
        if (pool.sends() == null) {
            identify(matching, all.length);
            return 0;
        }
        int header = matching.size() == 1 ? header(matching.get(0)).length : Integer.MAX_VALUE;
        if (header > all.length) {
            return count;
        }
        identify(matching, all.length);
        return Math.max(0, header - before);
    }

    private void identify(List<Peer> matching, int length) {
        if (matching.size() == 1 && length > 0) {
            done = true;
            peer.simulation.connect(peer, matching.get(0));
        }
    }

    private boolean matches(Peer client, byte[] all) {
        byte[] header = header(client);
        int inHeader = Math.min(header.length, all.length);
        for (int i = 0; i < inHeader; i++) {
            if (header[i] != all[i]) {
                return false;
            }
        }
        return client.outgoing.mismatch(all, inHeader, all.length, 0) < 0;
    }

    private byte[] header(Peer client) {
        if (pool.sends() == null) {
            return new byte[0];
        }
        Opening opening = client.outgoing.opening();
        return opening.source != null
                ? ProxyHeaders.of(pool.sends(), opening.source, opening.target)
                : ProxyHeaders.of(pool.sends(), client.address, client.target);
    }

    /** A check sends LOCAL, or its own addresses in version 1, which has no LOCAL. */
    private boolean isPartOfCheck(byte[] all) {
        if (pool.sends() == null || !(peer.isCheck || peer.isUnix())) {
            return false;
        }
        InetSocketAddress from =
                peer.isUnix() ? null : peer.simulation.sockets().remoteAddress(peer.fd);
        boolean line = pool.sends() == ProxyProtocol.V1;
        byte[] header =
                line && from != null
                        ? ProxyHeaders.of(
                                pool.sends(), from, peer.simulation.sockets().localAddress(peer.fd))
                        : ProxyHeaders.unknown(pool.sends());
        for (int i = 0; i < all.length; i++) {
            if (i >= header.length || header[i] != all[i]) {
                return false;
            }
        }
        return true;
    }

    private static String describe(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(bytes.length, 120); i++) {
            char c = (char) (bytes[i] & 0xff);
            text.append(
                    c >= ' ' && c < 127 ? String.valueOf(c) : String.format("\\x%02x", (int) c));
        }
        return text.append(" (").append(bytes.length).append(" bytes)").toString();
    }
}
