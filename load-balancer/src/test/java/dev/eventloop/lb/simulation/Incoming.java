package dev.eventloop.lb.simulation;

import dev.eventloop.libc.Errno;
import java.nio.ByteBuffer;

/**
 * What a peer receives. Identifies the other end by its first bytes, and compares each byte with
 * what that end sends.
 */
final class Incoming {
    private static final int MOST_READS_AT_ONCE = 4;
    private static final int STEPS_PER_AMOUNT = 100;

    private final Peer peer;
    private final Script script;

    /** How the other end of a backend's connection is found; null for a client. */
    private final Identification identification;

    private final byte[] number = new byte[Content.HEADER];
    private long lastRead;
    private long readAgainAt = -1;

    Incoming(Peer peer, Script script) {
        this.peer = peer;
        this.script = script;
        this.identification = peer.isClient() ? null : new Identification(peer);
        this.lastRead = peer.beganAt;
    }

    void readSome() {
        Simulation simulation = peer.simulation;
        for (int i = 0;
                i < MOST_READS_AT_ONCE && !peer.isClosed && !peer.hasReceivedEnd() && isToRead();
                i++) {
            peer.longestReadGap = Math.max(peer.longestReadGap, simulation.now() - lastRead);
            lastRead = simulation.now();
            int most = (int) Math.max(script.read(), peer.received / STEPS_PER_AMOUNT);
            ByteBuffer buffer = simulation.buffer();
            int count =
                    simulation
                            .sockets()
                            .read(peer.fd, buffer.clear().limit(Math.min(most, buffer.capacity())));
            if (count > 0) {
                receive(buffer.flip(), count);
            } else if (count == 0) {
                receiveEnd();
            } else if (count != -Errno.EAGAIN) {
                receiveError(-count);
            } else {
                return;
            }
        }
    }

    private boolean isToRead() {
        boolean pausing = script.readPauseAt() >= 0 && peer.received >= script.readPauseAt();
        if (!pausing || peer.writeHasFailed()) {
            return true;
        }
        if (readAgainAt < 0) {
            readAgainAt = peer.simulation.now() + script.readPause();
        }
        return peer.simulation.now() >= readAgainAt;
    }

    private void receive(ByteBuffer buffer, int count) {
        byte[] bytes = peer.simulation.bytes();
        buffer.get(bytes, 0, count);
        int first = 0;
        if (peer.isClient()) {
            if (peer.other == null) {
                identify(bytes, count);
            }
        } else if (!identification.isDone()) {
            first = identification.take(bytes, count);
        }
        if (first == count) {
            return; // all of it is part of a PROXY header
        }
        long offset = peer.received;
        peer.received += count - first;
        peer.lastReceivedAt = peer.simulation.now();
        if (peer.firstReceivedAt < 0) {
            peer.firstReceivedAt = peer.lastReceivedAt;
        }
        check(bytes, first, count, offset);
    }

    /** A backend begins with its number. */
    private void identify(byte[] bytes, int count) {
        int from = (int) Math.min(peer.received, Content.HEADER);
        int more = Math.min(count, Content.HEADER - from);
        System.arraycopy(bytes, 0, number, from, more);
        if (from + more == Content.HEADER) {
            peer.simulation.identify(peer, ByteBuffer.wrap(number).getLong());
        }
    }

    private void check(byte[] bytes, int first, int count, long offset) {
        Peer other = peer.other;
        if (other != null) {
            int wrong = other.outgoing.mismatch(bytes, first, count, offset);
            if (wrong >= 0) {
                throw new Violation(
                        "%s received a wrong byte at offset %d: not what %s sent there",
                        peer.name, offset + wrong - first, other.name);
            }
        }
        peer.simulation.note("%s reads %d = %d in all", peer.name, count - first, peer.received);
        if (other != null && peer.received > other.outgoing.sent()) {
            throw new Violation(
                    "%s received %d bytes, but %s sent only %d",
                    peer.name, peer.received, other.name, other.outgoing.sent());
        }
    }

    private void receiveEnd() {
        peer.receivedEndAt = peer.simulation.now();
        if (peer.outgoing.hasFailed()) {
            peer.sawReset = true;
        } else {
            peer.sawFin = true;
        }
        peer.simulation.note(
                "%s receives %s after %d bytes",
                peer.name, peer.sawFin ? "FIN" : "a reset", peer.received);
        if (peer.sawReset) {
            peer.close();
        }
    }

    private void receiveError(int errno) {
        peer.receivedEndAt = peer.simulation.now();
        boolean refused = peer.isClient() && peer.connectedAt < 0 && errno != Errno.ECONNRESET;
        if (refused) {
            peer.wasRefused = true;
        } else {
            peer.sawReset = true;
        }
        peer.simulation.note(
                "%s receives %s after %d bytes", peer.name, Errno.name(errno), peer.received);
        peer.close();
    }
}
