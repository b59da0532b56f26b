package dev.eventloop.examples.chat;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventCallback;
import dev.eventloop.Events;
import dev.eventloop.Timer;
import dev.eventloop.libc.Errno;
import java.nio.charset.StandardCharsets;

/** One client's connection: parsing its packets, sending its queue, and closing it. */
final class Session {
    private static final EventCallback<Session> READY = (fd, events, self) -> self.onReady(events);

    private final ChatServer server;
    private final Conversation conversation;
    private final int fd;
    private final SendQueue output = new SendQueue();

    /** An incomplete packet, or packets beyond the rate; null if there are no bytes. */
    private ReceiveBuffer input;

    private int interest = Events.READ;

    /** The number of packets it may still process, and in which tenth of a second. */
    private int allowance;

    private long allowanceOf = Long.MIN_VALUE;

    private boolean waitsForItsTurn;

    /** Runs while a packet is incomplete or last bytes are unsent; null before the first use. */
    private Timer patience;

    /** The client has half-closed; the session ends once its queue has been sent. */
    private boolean finished;

    private boolean ending;

    /** The name in UTF-8; null before it is set. */
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

    /** Processes packets until the next one is incomplete or the rate is reached. */
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

    /** Called at the start of the next tenth of a second. */
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

    /** EOF: the client leaves its channel, and still receives its queued packets. */
    private void finish() {
        finished = true;
        conversation.leave();
        if (output.isEmpty()) {
            end(Ending.LEFT, null);
        } else {
            relax();
            startPatience(); // one timeout for all that is left
            watch();
        }
    }

    /** An incomplete packet occupies a buffer, so the rest of it has one timeout. */
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
                        : "a packet was incomplete after " + server.patience().toMillis() + " ms");
        server.closeEnding();
    }

    /** Sends a packet, now or when there is room; the session takes a separate reference. */
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
     * Ends the session after the current callback, since this may be called during a broadcast.
     *
     * @param farewell the last message, if the client still reads; null for none
     */
    void end(Ending how, String farewell) {
        if (!ending && farewell != null) {
            server.tell(this, Protocol.FAREWELL, farewell);
        }
        if (!ending) { // the farewell may have overflowed the queue
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

    /** Null before it is set. */
    String name() {
        return name;
    }

    byte[] nameBytes() {
        return nameBytes;
    }
}
