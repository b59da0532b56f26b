package dev.eventloop.examples.chat;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventCallback;
import dev.eventloop.Events;
import dev.eventloop.Timer;
import dev.eventloop.libc.Errno;
import java.nio.charset.StandardCharsets;

/** One client's connection: its packets in, its packets out, and when it is to end. */
final class Session {
    private static final EventCallback<Session> READY = (fd, events, self) -> self.onReady(events);

    private final ChatServer server;
    private final Conversation conversation;
    private final int fd;
    private final SendQueue output = new SendQueue();

    /** The beginning of a packet, or packets that are not its turn yet; null for nothing. */
    private ReceiveBuffer input;

    private int interest = Events.READ;

    /** How many packets it may still have understood in which tenth of a second. */
    private int allowance;

    private long allowanceOf = Long.MIN_VALUE;

    private boolean waitsForItsTurn;

    /** Runs while a packet is not whole, or the last bytes wait to be read; null before that. */
    private Timer patience;

    /** It has sent its last byte; it ends when it has been sent everything. */
    private boolean finished;

    private boolean ending;

    /** The name, in UTF-8; null before it has one. */
    private byte[] nameBytes;

    private String name;

    Session(ChatServer server, int fd) {
        this.server = server;
        this.conversation = new Conversation(server, this);
        this.fd = fd;
    }

    void open() throws ErrnoException {
        server.loop().add(fd, interest, READY, this);
    }

    private void onReady(int events) {
        if (!output.isEmpty()) {
            flush();
        }
        if ((events & ~Events.WRITE) != 0 && !ending) {
            receive();
        }
        server.closeEnding();
    }

    private void receive() {
        if (finished || waitsForItsTurn) {
            hearFailure();
            return;
        }
        if (input == null) {
            input = server.takeReceiveBuffer();
        }
        int count = input.readFrom(server.sockets(), fd);
        if (count > 0) {
            understand();
        } else if (count == 0) {
            finish();
        } else if (count != -Errno.EAGAIN && count != -Errno.EINTR) {
            end(Ending.GONE, null);
        }
        giveBackInput();
        hurry();
    }

    /** Takes packets from the front, until none is whole or it is the others' turn. */
    private void understand() {
        while (!ending && input.has(Protocol.HEADER)) {
            int length = input.declaredLength();
            if (length < 1 || length > Protocol.MOST) {
                end(
                        Ending.BAD_PACKET,
                        "a packet of " + length + " bytes; 1 to " + Protocol.MOST + " are allowed");
                return;
            }
            if (!input.has(Protocol.HEADER + length)) {
                return;
            }
            if (!takeAllowance()) {
                waitsForItsTurn = true;
                server.waitForTurn(this);
                watch();
                return;
            }
            conversation.hear(input.type(), input.text());
            input.drop();
            relax();
        }
    }

    private boolean takeAllowance() {
        if (allowanceOf != server.tenthOfSecond()) {
            allowanceOf = server.tenthOfSecond();
            allowance = server.packetsPerTenth();
        }
        allowance--;
        return allowance >= 0;
    }

    /** The next tenth of a second has begun. */
    void takeTurn() {
        waitsForItsTurn = false;
        if (!ending) {
            understand();
            giveBackInput();
            hurry();
            watch();
        }
    }

    /** An idle session has no buffer. */
    private void giveBackInput() {
        if (input != null && (ending || finished || input.isEmpty())) {
            server.giveBack(input);
            input = null;
        }
    }

    /** The client has ended its half. It leaves; what it has not read yet is still sent. */
    private void finish() {
        finished = true;
        conversation.leave();
        if (output.isEmpty()) {
            end(Ending.LEFT, null);
        } else {
            relax();
            startPatience(); // for all that is left, however it trickles
            watch();
        }
    }

    /** Half a packet holds a buffer: the rest is to come in time, as a whole. */
    private void hurry() {
        if (finished) {
            return;
        }
        if (input == null || waitsForItsTurn) {
            relax();
        } else if (patience == null || !patience.isActive()) {
            startPatience();
        }
    }

    private void startPatience() {
        if (patience == null) {
            patience = server.loop().newTimer(this::cutOff);
        }
        patience.start(server.patience());
    }

    private void relax() {
        if (patience != null) {
            patience.cancel();
        }
    }

    private void cutOff() {
        end(
                Ending.TOO_SLOW,
                finished
                        ? null
                        : "a packet was not whole after " + server.patience().toMillis() + " ms");
        server.closeEnding();
    }

    /** Sends a packet, now or when there is room; the session gets a reference of its own. */
    void send(SharedPacket packet) {
        if (ending) {
            return;
        }
        boolean keepsUp = output.isEmpty();
        if (!output.offer(packet)) {
            end(Ending.TOO_SLOW, null);
        } else if (keepsUp) {
            flush();
        }
    }

    private void flush() {
        int result = output.writeTo(server.sockets(), fd);
        if (result < 0 && result != -Errno.EAGAIN) {
            end(Ending.GONE, null);
        } else if (result == 0 && finished) {
            end(Ending.LEFT, null);
        } else {
            watch();
        }
    }

    private void hearFailure() {
        if (server.sockets().connectResult(fd) != 0) {
            end(Ending.GONE, null);
        }
    }

    private void watch() {
        int wanted = finished || waitsForItsTurn ? 0 : Events.READ;
        if (!output.isEmpty()) {
            wanted |= Events.WRITE;
        }
        if (wanted != interest && !ending) {
            try {
                server.loop().mod(fd, wanted);
                interest = wanted;
            } catch (ErrnoException e) {
                end(Ending.GONE, null);
            }
        }
    }

    /**
     * Ends the session, once whatever happens now has happened: this may be in the middle of a
     * broadcast.
     *
     * @param farewell what to tell it, if it still listens; null for nothing
     */
    void end(Ending how, String farewell) {
        if (!ending && farewell != null) {
            server.tell(this, Protocol.FAREWELL, farewell);
        }
        if (!ending) { // the farewell may have been too much
            ending = true;
            server.ending(this, how);
        }
    }

    /** Leaves its channel, and closes its fd. */
    void close() throws ErrnoException {
        relax();
        conversation.forget();
        output.clear();
        giveBackInput();
        server.loop().delBeforeClose(fd);
        server.sockets().close(fd);
    }

    void name(String name) {
        this.name = name;
        this.nameBytes = name.getBytes(StandardCharsets.UTF_8);
    }

    /** Null before it has one. */
    String name() {
        return name;
    }

    byte[] nameBytes() {
        return nameBytes;
    }
}
