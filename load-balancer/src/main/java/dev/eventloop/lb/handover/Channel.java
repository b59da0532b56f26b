package dev.eventloop.lb.handover;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.FdPassing;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Messages between two processes, with fds. One thread; waits for the other process. */
final class Channel implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What an operator can change of 100,000 backends takes less. */
    private static final int MOST_BYTES = 64 * 1024 * 1024;

    private final FdPassing passing = FdPassing.system();
    private final int fd;
    private final EventLoop loop;
    private final List<Integer> received = new ArrayList<>();

    /**
     * @param fd of a connected socket, which this closes
     */
    Channel(int fd) throws IOException {
        this.fd = fd;
        this.loop = EventLoop.create();
        loop.add(fd, 0, (each, events, none) -> {}, null);
    }

    /** An empty message. */
    static ObjectNode message() {
        return JSON.createObjectNode();
    }

    /**
     * Asks for something, with the version of the messages, and receives the answer; null at EOF.
     *
     * @throws IOException if it is refused, with the sentence of the other process
     */
    JsonNode ask(String what, Duration patience) throws IOException {
        send(message().put("handover", Offer.VERSION).put("ask", what), patience);
        JsonNode answer = receive(patience);
        if (answer != null && answer.hasNonNull("refused")) {
            throw new IOException(answer.path("refused").asText());
        }
        return answer;
    }

    /** Sends a message. */
    void send(ObjectNode message, Duration patience) throws IOException {
        send(message, List.of(), patience);
    }

    /** Sends a message, and with it fds, which stay open here. */
    void send(ObjectNode message, List<Integer> fds, Duration patience) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        int next = 0;
        while (fds.size() - next > FdPassing.MOST_FDS) { // more than a message takes
            sendFrame(new byte[0], fds.subList(next, next + FdPassing.MOST_FDS), deadline);
            next += FdPassing.MOST_FDS;
        }
        sendFrame(JSON.writeValueAsBytes(message), fds.subList(next, fds.size()), deadline);
    }

    private void sendFrame(byte[] content, List<Integer> fds, long deadline) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + content.length);
        frame.putInt(content.length).put(content).flip();
        int[] sent = fds.stream().mapToInt(each -> each).toArray();
        while (frame.hasRemaining()) {
            int count = passing.send(fd, frame, sent);
            if (count > 0) {
                sent = new int[0]; // they went with the first byte
            } else if (count == -Errno.EAGAIN) {
                await(Events.WRITE, deadline);
            } else if (count != -Errno.EINTR) {
                throw Errno.exception(-count, "send to", "the other process");
            }
        }
    }

    /**
     * Receives a message; null at EOF.
     *
     * @throws IOException if it does not come in time, or is none
     */
    JsonNode receive(Duration patience) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
            if (!fill(length, deadline)) {
                return null;
            }
            int size = length.getInt(0);
            if (size < 0 || size > MOST_BYTES) {
                throw new IOException("a message of " + size + " bytes is none of a hand-over");
            }
            ByteBuffer content = ByteBuffer.allocate(size);
            if (!fill(content, deadline)) {
                return null;
            }
            if (size > 0) {
                return parse(content.array());
            }
        }
    }

    private static JsonNode parse(byte[] content) throws IOException {
        try {
            return JSON.readTree(content);
        } catch (JacksonException e) {
            throw new IOException("a message is no JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** False at EOF. */
    private boolean fill(ByteBuffer into, long deadline) throws IOException {
        while (into.hasRemaining()) {
            int count = passing.receive(fd, into, received);
            if (count == 0) {
                return false;
            } else if (count == -Errno.EAGAIN) {
                await(Events.READ, deadline);
            } else if (count < 0 && count != -Errno.EINTR) {
                throw Errno.exception(-count, "receive from", "the other process");
            }
        }
        return true;
    }

    private void await(int interest, long deadline) throws IOException {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
            throw new IOException("the other process does not answer in time");
        }
        loop.mod(fd, interest);
        loop.run((int) Math.min(left, Integer.MAX_VALUE));
        loop.mod(fd, 0);
    }

    /** The fds that have come so far; the caller owns them. */
    List<Integer> takeFds() {
        List<Integer> taken = List.copyOf(received);
        received.clear();
        return taken;
    }

    @Override
    public void close() {
        loop.close();
        takeFds().forEach(Sockets.system()::close);
        Sockets.system().close(fd);
    }
}
