package dev.eventloop.lb.simulation;

import dev.eventloop.libc.Errno;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What a peer sends: its {@link Opening}, then the content that its {@link Script} has. */
final class Outgoing {
    private static final int STEPS_PER_AMOUNT = 100;

    private final Peer peer;
    private final Script script;
    private final Opening opening;
    private final List<long[]> sends = new ArrayList<>();
    private int headerSent;
    private long headerSentAt = -1;
    private long goOnAt = -1;

    /** Bytes that went out, without those of a PROXY header. */
    private long sent;

    private boolean failed;

    Outgoing(Peer peer, Script script, Opening opening) {
        this.peer = peer;
        this.script = script;
        this.opening = opening;
    }

    /** Whether a write has failed; then nothing more is sent. */
    boolean hasFailed() {
        return failed;
    }

    long sent() {
        return sent;
    }

    /** Bytes that went out. */
    long allSent() {
        return headerSent + sent;
    }

    /** Whether it may send its content. */
    boolean mayBegin() {
        return switch (script.start()) {
            case AT_ONCE -> true;
            case AFTER_SOME_BYTES -> peer.received > 0 || peer.sawFin;
            case AFTER_THE_END -> peer.sawFin;
        };
    }

    /** Whether everything is sent. */
    boolean isDone() {
        return mayBegin()
                && headerSent == opening.header.length
                && sent >= toSend()
                && (!script.echo() || peer.sawFin || !script.reads());
    }

    private long toSend() {
        long total = opening.hello.length + (opening.isCut ? 0 : script.total());
        return mayBegin() ? total + (script.echo() ? peer.received : 0) : 0;
    }

    /** Writes once, if there is something to write. */
    void writeSome() {
        if (headerSent < opening.header.length) {
            writeHeader();
        }
        if (headerSent < opening.header.length || failed) {
            return;
        }
        long left = toSend() - sent;
        if (left > 0 && !pauses()) {
            int most = (int) Math.min(left, Math.max(script.write(), toSend() / STEPS_PER_AMOUNT));
            if (sent < opening.hello.length) {
                most = Math.min(most, opening.step);
                most = sent < opening.pauseAt ? (int) Math.min(most, opening.pauseAt - sent) : most;
            }
            writeContent(most);
        }
    }

    private boolean pauses() {
        if (sent != opening.pauseAt) {
            return false;
        }
        long now = peer.simulation.now();
        goOnAt = goOnAt < 0 ? now + opening.pause : goOnAt;
        return now < goOnAt;
    }

    private void writeHeader() {
        int most = Math.min(opening.step, opening.header.length - headerSent);
        ByteBuffer buffer = peer.simulation.buffer().clear();
        buffer.put(opening.header, headerSent, most).flip();
        int count = write(buffer);
        if (count > 0) {
            headerSent += count;
            headerSentAt = peer.simulation.now();
            peer.simulation.note("%s writes %d bytes of its PROXY header", peer.name, count);
        }
    }

    private void writeContent(int atMost) {
        byte[] bytes = peer.simulation.bytes();
        int most = Math.min(atMost, bytes.length);
        fill(bytes, most);
        ByteBuffer buffer = peer.simulation.buffer().clear();
        buffer.put(bytes, 0, most).flip();
        int count = write(buffer);
        if (count > 0) {
            sent += count;
            sends.add(new long[] {sent, peer.simulation.now()});
            peer.simulation.note("%s writes %d of %d = %d in all", peer.name, count, most, sent);
        }
    }

    private int write(ByteBuffer buffer) {
        int count = peer.simulation.sockets().write(peer.fd, buffer);
        if (count < 0 && count != -Errno.EAGAIN) {
            failed = true; // bytes that arrived before the reset are still readable
            peer.simulation.note("%s cannot write: %s", peer.name, Errno.name(-count));
        }
        return count;
    }

    private void fill(byte[] bytes, int count) {
        byte[] hello = opening.hello;
        int first = (int) Math.min(count, Math.max(0, hello.length - sent));
        if (first > 0) {
            System.arraycopy(hello, (int) sent, bytes, 0, first);
        }
        for (int i = first; i < count; i++) {
            bytes[i] = Content.at(peer.number, sent + i - hello.length);
        }
    }

    /** The index of the first byte that differs from what it sends at this offset; -1 for none. */
    int mismatch(byte[] bytes, int from, int to, long offset) {
        byte[] hello = opening.hello;
        for (int i = from; i < to; i++) {
            long at = offset + i - from;
            byte right =
                    at < hello.length
                            ? hello[(int) at]
                            : Content.at(peer.number, at - hello.length);
            if (bytes[i] != right) {
                return i;
            }
        }
        return -1;
    }

    // For the checks after the run

    Opening opening() {
        return opening;
    }

    /** When its whole PROXY header was sent, or it began to send; -1 for never. */
    long headerSentAt() {
        return headerSent < opening.header.length ? -1 : Math.max(headerSentAt, peer.beganAt);
    }

    /** When the last of the first {@code count} bytes was sent; 0 for none. */
    long timeSent(long count) {
        for (long[] send : sends) {
            if (count > 0 && send[0] >= count) {
                return send[1];
            }
        }
        return 0;
    }

    /** How many bytes had been sent by {@code time}. */
    long sentBy(long time) {
        long count = 0;
        for (long[] send : sends) {
            if (send[1] > time) {
                break;
            }
            count = send[0];
        }
        return count;
    }
}
