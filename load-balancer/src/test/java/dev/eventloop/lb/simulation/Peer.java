package dev.eventloop.lb.simulation;

import dev.eventloop.libc.Errno;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One end of a connection to the load balancer, played from a {@link Script}; checks what it
 * receives as it comes, and remembers what the {@link Oracle} asks about afterwards. It looks at
 * its socket now and then, ever more seldom while nothing happens there.
 */
final class Peer {
    private static final int MOST_READS_AT_ONCE = 4;
    private static final int STEPS_PER_AMOUNT = 100;
    private static final long SHORTEST_LOOK = 1_000;
    private static final long LONGEST_LOOK = 5_000_000_000L;

    final Simulation simulation;
    final Script script;
    final Dice dice;

    /** Client n of the run, or connection n to a backend: the number in its bytes. */
    final long number;

    final String name;
    final int fd;

    /** The backend's, for its end of a connection; null for a client. */
    final BackendServer server;

    /** The address that a client comes from. */
    InetAddress source;

    /** Whether it is the backend's end of what is no client's connection. */
    boolean isCheck;

    /** The other end, as soon as bytes have told; null before. */
    Peer other;

    final byte[] header = new byte[Content.HEADER];
    long sent;
    long received;
    final long beganAt;

    /** When it was first seen to be connected; -1 for not. */
    long connectedAt = -1;

    boolean sentFin;

    /** When it ended, by FIN, close or reset. */
    long endedAt = Long.MAX_VALUE;

    /** When it heard that the other side had. */
    long heardEndAt = Long.MAX_VALUE;

    /** It ended only once the other side had. */
    boolean sentFinLast;

    boolean sawFin;
    boolean sawReset;

    /** It went away before the other side had ended, by close or by reset. */
    boolean left;

    /** It went by reset. */
    boolean hasReset;

    /** Nothing listens there, or it was never answered. */
    boolean wasRefused;

    /** What was sent before it left and has arrived for sure. */
    long arrivedBeforeLeaving;

    /** Whether its connection had been reset by then, heard or not. */
    boolean failedInTheEnd;

    boolean isClosed;
    long closedAt;

    /** What it had sent when the load balancer closed the connection; -1 before. */
    long sentAtClose = -1;

    /** When it had last sent or received something, or ended, by then. */
    long changedBeforeClose;

    /** -1 for never. */
    long firstReceivedAt = -1;

    long lastReceivedAt;

    /** The longest time between two reads while it was to read. */
    long longestReadGap;

    private final List<long[]> sends = new ArrayList<>();
    private long lastRead;
    private long readAgainAt = -1;
    private boolean writeFailed;
    private long lastChange;

    Peer(
            Simulation simulation,
            String name,
            long number,
            int fd,
            Script script,
            BackendServer server,
            Dice dice) {
        this.simulation = simulation;
        this.name = name;
        this.number = number;
        this.fd = fd;
        this.script = script;
        this.server = server;
        this.dice = dice;
        this.beganAt = simulation.now();
        this.lastChange = beganAt;
        this.lastRead = beganAt;
    }

    boolean isClient() {
        return server == null;
    }

    /** Whether RST does not exist on its socket. */
    boolean isUnix() {
        return server != null && server.isUnix();
    }

    /** Whether it stayed to the end of what it was sent. */
    boolean heardTheEnd() {
        return sawFin || sawReset;
    }

    // What it does

    void begin() {
        later(dice.upTo(script.pace()));
    }

    private void act() {
        if (isClosed) {
            return;
        }
        if (isTimeToAbort()) {
            leave(script.abortResets(), "aborts");
            return;
        }
        long before = sent + received;
        if (maySend() || sentFin) {
            noteConnected();
        }
        readSome();
        if (!isClosed) {
            writeSome();
        }
        if (!isClosed) {
            end();
        }
        if (!isClosed) {
            if (sent + received != before) {
                lastChange = simulation.now();
                later(dice.upTo(script.pace()));
            } else {
                long since = simulation.now() - lastChange;
                later(Math.min(LONGEST_LOOK, Math.max(script.pace() / 2, since / 4)));
            }
        }
    }

    private void later(long delay) {
        simulation.peers().after(Math.max(SHORTEST_LOOK, delay), this::act);
    }

    private void noteConnected() {
        if (connectedAt < 0 && (!isClient() || simulation.sockets().remoteAddress(fd) != null)) {
            connectedAt = simulation.now();
        }
    }

    private boolean isTimeToAbort() {
        return switch (script.abort()) {
            case NEVER -> false;
            case AFTER_SENDING -> sent >= script.abortAt();
            case AFTER_RECEIVING -> received >= script.abortAt();
            case AFTER_A_WHILE -> simulation.now() - beganAt >= script.abortAt();
            case AFTER_THE_END -> sentFin && simulation.now() - endedAt >= script.abortAt();
        };
    }

    private void readSome() {
        for (int i = 0; i < MOST_READS_AT_ONCE && !isClosed && !heardTheEnd() && isToRead(); i++) {
            longestReadGap = Math.max(longestReadGap, simulation.now() - lastRead);
            lastRead = simulation.now();
            int most = (int) Math.max(script.read(), received / STEPS_PER_AMOUNT);
            ByteBuffer buffer = simulation.buffer();
            int count =
                    simulation
                            .sockets()
                            .read(fd, buffer.clear().limit(Math.min(most, buffer.capacity())));
            if (count > 0) {
                receive(buffer.flip(), count);
            } else if (count == 0) {
                hearEnd(writeFailed);
            } else if (count != -Errno.EAGAIN) {
                hearFailure(-count);
            } else {
                return;
            }
        }
    }

    private boolean isToRead() {
        boolean pausing = script.readPauseAt() >= 0 && received >= script.readPauseAt();
        if (!pausing || writeFailed) {
            return true;
        }
        if (readAgainAt < 0) {
            readAgainAt = simulation.now() + script.readPause();
        }
        return simulation.now() >= readAgainAt;
    }

    private void receive(ByteBuffer buffer, int count) {
        byte[] bytes = simulation.bytes();
        buffer.get(bytes, 0, count);
        int inHeader = (int) Math.min(count, Math.max(0, Content.HEADER - received));
        System.arraycopy(bytes, 0, header, (int) Math.min(received, Content.HEADER), inHeader);
        long offset = received;
        received += count;
        lastReceivedAt = simulation.now();
        firstReceivedAt = firstReceivedAt < 0 ? lastReceivedAt : firstReceivedAt;
        if (other == null && received >= Content.HEADER) {
            simulation.introduce(this, ByteBuffer.wrap(header).getLong());
        }
        if (other != null) {
            int wrong = Content.mismatch(bytes, count, other.number, offset);
            if (wrong >= 0) {
                throw new Violation(
                        "%s received a wrong byte at offset %d: not what %s sent there",
                        name, offset + wrong, other.name);
            }
        }
        simulation.note("%s reads %d = %d in all", name, count, received);
        if (other != null && received > other.sent) {
            throw new Violation(
                    "%s received %d bytes, but %s sent only %d",
                    name, received, other.name, other.sent);
        }
    }

    private void hearEnd(boolean afterFailure) {
        heardEndAt = simulation.now();
        if (afterFailure) {
            sawReset = true;
        } else {
            sawFin = true;
        }
        simulation.note("%s hears %s after %d bytes", name, sawFin ? "FIN" : "a reset", received);
        if (sawReset) {
            close();
        }
    }

    private void hearFailure(int errno) {
        heardEndAt = simulation.now();
        boolean refused = isClient() && connectedAt < 0 && errno != Errno.ECONNRESET;
        if (refused) {
            wasRefused = true;
        } else {
            sawReset = true;
        }
        simulation.note("%s hears %s after %d bytes", name, Errno.name(errno), received);
        close();
    }

    private void writeSome() {
        long left = toSend() - sent;
        if (sentFin || left <= 0 || writeFailed) {
            return;
        }
        int most = (int) Math.min(left, Math.max(script.write(), toSend() / STEPS_PER_AMOUNT));
        byte[] bytes = simulation.bytes();
        most = Math.min(most, bytes.length);
        Content.fill(bytes, most, number, sent);
        ByteBuffer buffer = simulation.buffer().clear();
        buffer.put(bytes, 0, most).flip();
        int count = simulation.sockets().write(fd, buffer);
        if (count > 0) {
            sent += count;
            sends.add(new long[] {sent, simulation.now()});
            simulation.note("%s writes %d of %d = %d in all", name, count, most, sent);
        } else if (count != -Errno.EAGAIN) {
            writeFailed = true; // what came before the reset can still be read
            simulation.note("%s cannot write: %s", name, Errno.name(-count));
            if (sawFin || !script.reads()) {
                sawReset = true;
                close();
            }
        }
    }

    private boolean maySend() {
        return switch (script.start()) {
            case AT_ONCE -> true;
            case AFTER_SOME_BYTES -> received > 0 || sawFin;
            case AFTER_THE_END -> sawFin;
        };
    }

    private long toSend() {
        return maySend() ? script.total() + (script.echo() ? received : 0) : 0;
    }

    /** Everything it wants to send is sent. */
    private boolean isDoneSending() {
        return maySend() && sent >= toSend() && (!script.echo() || sawFin || !script.reads());
    }

    private void end() {
        if (writeFailed) {
            return; // reads to the end, which is near
        }
        if (!sentFin && isDoneSending() && isConnected() && !hesitates()) {
            switch (script.finish()) {
                case HALF_CLOSE -> halfClose();
                case AFTER_THE_OTHER -> {
                    if (sawFin) {
                        halfClose();
                    }
                }
                case CLOSE -> leave(false, "closes");
                case RESET -> leave(true, "resets");
                case NEVER -> {}
            }
        }
        if (isClosed) {
            return;
        }
        if (sentFin && sawFin) {
            close();
        } else if (sawFin && script.finish() == Script.Finish.NEVER && isDoneSending()) {
            halfClose();
            close();
        } else if (simulation.now() - lastChange > patience()) {
            leave(false, "has no patience left and closes");
        }
    }

    private boolean hesitates() {
        long silentSince = Math.max(sawFin ? heardEndAt : beganAt, timeSent(sent));
        return simulation.now() - silentSince < script.hesitation();
    }

    /** Who reads will hear of the end: it is the load balancer's task to come to one. */
    private long patience() {
        return script.reads() && script.finish() != Script.Finish.NEVER
                ? Script.FOR_EVER
                : script.patience();
    }

    private boolean isConnected() {
        noteConnected();
        return connectedAt >= 0;
    }

    private void halfClose() {
        sentFin = true;
        endedAt = simulation.now();
        sentFinLast = sawFin;
        simulation.sockets().shutdownWrite(fd);
        simulation.note("%s half-closes after %d bytes", name, sent);
    }

    /** Goes, perhaps before its time. */
    void leave(boolean withReset, String how) {
        left = !sawFin || !sentFin;
        endedAt = Math.min(endedAt, simulation.now());
        hasReset = withReset;
        simulation.note("%s %s after %d bytes sent, %d received", name, how, sent, received);
        failedInTheEnd = simulation.sockets().connectResult(fd) != 0;
        arrivedBeforeLeaving = sent - simulation.sockets().unacknowledged(fd);
        if (withReset) {
            simulation.sockets().reset(fd);
        } else {
            simulation.sockets().close(fd);
        }
        closed();
    }

    private void close() {
        failedInTheEnd = simulation.sockets().connectResult(fd) != 0;
        simulation.sockets().close(fd);
        simulation.note("%s closes", name);
        closed();
    }

    private void closed() {
        isClosed = true;
        closedAt = simulation.now();
        simulation.closed(this);
    }

    /** The load balancer has closed the connection. */
    void connectionIsClosed() {
        sentAtClose = sent;
        long ended = endedAt == Long.MAX_VALUE ? 0 : endedAt;
        changedBeforeClose = Math.max(lastChange, Math.max(ended, closedAt));
    }

    // What is asked about it afterwards

    /** When the last of the first {@code count} bytes was sent; the beginning of time for none. */
    long timeSent(long count) {
        for (long[] send : sends) {
            if (count > 0 && send[0] >= count) {
                return send[1];
            }
        }
        return 0;
    }

    /** How many bytes had been sent by then. */
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

    @Override
    public String toString() {
        return String.format(
                "%s: sent %d%s, received %d%s%s%s, %s",
                name,
                sent,
                sentFin ? " and FIN" : "",
                received,
                sawFin ? " and FIN" : "",
                sawReset ? " and a reset" : "",
                wasRefused ? " and a refusal" : "",
                !isClosed ? "is open" : left ? hasReset ? "reset" : "left" : "closed");
    }
}
