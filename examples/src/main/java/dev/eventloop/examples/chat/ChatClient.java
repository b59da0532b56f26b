package dev.eventloop.examples.chat;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.Timer;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/** The client's end of a session. Confined to the loop's thread. */
final class ChatClient implements AutoCloseable {
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(10);

    /** A queued packet, and the task to run once it is sent. */
    private record Wish(SharedPacket packet, Runnable whenSent) {}

    private final EventLoop loop;
    private final Screen screen;
    private final String server;
    private final Sockets sockets = Sockets.system();
    private final ReceiveBuffer input = new ReceiveBuffer();
    private final PacketPool packets = new PacketPool();
    private final SendQueue output = new SendQueue();
    private final Queue<Wish> wishes = new ArrayDeque<>();
    private final Timer connectTimeout;
    private final int fd;
    private boolean connected;
    private boolean finishing;
    private boolean finished;
    private IOException failure;

    /**
     * Starts to connect.
     *
     * @param server the server's name in messages
     */
    ChatClient(EventLoop loop, Screen screen, InetSocketAddress address, String server)
            throws ErrnoException {
        this.loop = loop;
        this.screen = screen;
        this.server = server;
        this.fd = sockets.connect(address);
        this.connectTimeout = loop.newTimer(() -> fail(server + " does not answer"));
        connectTimeout.start(CONNECT_PATIENCE);
        loop.add(fd, Events.WRITE, (ready, events, self) -> self.onReady(), this);
    }

    private void onReady() throws ErrnoException {
        if (!connected && !connect()) {
            return;
        }
        write();
        read();
    }

    private boolean connect() {
        int errno = sockets.connectResult(fd);
        if (errno != 0) {
            fail("cannot connect to " + server + ": " + Errno.description(errno));
        }
        connected = errno == 0 && sockets.isConnected(fd);
        if (connected) {
            connectTimeout.cancel();
        }
        return connected;
    }

    void send(byte type, String text) {
        send(type, text, () -> {});
    }

    /** Sends a packet, now or when there is room; then runs the task. */
    void send(byte type, String text, Runnable whenSent) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= Protocol.MOST) {
            screen.print(
                    "! the message is too long; a packet has at most " + Protocol.MOST + " bytes");
            whenSent.run();
            return;
        }
        wishes.add(new Wish(packets.of(type, bytes), whenSent));
        write();
    }

    /** Half-closes once everything has been sent; the server then closes its half. */
    void finish() {
        finishing = true;
        write();
    }

    private void write() {
        if (!connected || finished) {
            return;
        }
        int result = output.writeTo(sockets, fd);
        while (result == 0 && !wishes.isEmpty()) {
            Wish wish = wishes.remove();
            boolean taken = output.offer(wish.packet());
            assert taken : "an empty queue has room";
            wish.packet().release();
            result = output.writeTo(sockets, fd);
            wish.whenSent().run();
        }
        if (result == 0 && finishing) {
            finished = true;
            sockets.shutdownWrite(fd);
        }
        watch(); // a read reports a lost connection; the reason may be in its bytes
    }

    private void watch() {
        try {
            loop.mod(fd, output.isEmpty() ? Events.READ : Events.READ | Events.WRITE);
        } catch (ErrnoException e) {
            fail(e.getMessage());
        }
    }

    private void read() {
        int count = input.readFrom(sockets, fd);
        while (count > 0) {
            while (input.has(Protocol.HEADER) && isWhole()) {
                show(input.type(), input.text());
                input.drop();
            }
            count = failure == null ? input.readFrom(sockets, fd) : 0;
        }
        if (count == 0 && finished) {
            loop.stop();
        } else if (count != -Errno.EAGAIN && count != -Errno.EINTR) {
            fail(server + " closed the connection");
        }
    }

    private boolean isWhole() {
        int length = input.declaredLength();
        if (length < 1 || length > Protocol.MOST) {
            fail(server + " is not a chat server: it sent a packet of " + length + " bytes");
            input.clear();
            return false;
        }
        return input.has(Protocol.HEADER + length);
    }

    private void show(byte type, ByteBuffer packet) {
        String text = StandardCharsets.UTF_8.decode(packet).toString();
        switch (type) {
            case Protocol.SAY -> screen.print(text.replaceFirst("\n", ": "));
            case Protocol.JOIN -> screen.print("* " + text + " joined");
            case Protocol.LEAVE -> screen.print("* " + text + " left");
            case Protocol.NAME -> screen.print("* you are " + text);
            case Protocol.FAREWELL -> fail(server + " ended the session: " + text);
            default -> screen.print("! " + text);
        }
        if (!screen.isOpen()) {
            loop.stop();
        }
    }

    /** Keeps the first failure as the reason. */
    private void fail(String sentence) {
        if (failure == null) {
            failure = new IOException(sentence);
        }
        loop.stop();
    }

    /** Throws the failure that ended the session, unless the user ended it. */
    void throwFailure() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }

    EventLoop loop() {
        return loop;
    }

    @Override
    public void close() throws ErrnoException {
        output.clear();
        loop.delBeforeClose(fd);
        sockets.close(fd);
    }
}
