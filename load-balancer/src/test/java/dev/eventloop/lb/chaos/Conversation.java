package dev.eventloop.lb.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;

/**
 * A client, from connect to close. One thread reads and writes, so that the order of EOF and reset
 * is known: a reset that was reported to a write looks like EOF to a later read.
 */
final class Conversation {
    /** Far more than the trouble lasts; then the client calls the connection dead. */
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    private final Plan plan;
    private final Request request;
    private final long began = System.nanoTime();
    private final ByteBuffer out;
    private final ByteBuffer in;
    private int localPort;
    private char server = '-';

    /** Of the stream, without the request. */
    private long produced;

    private long sent;
    private long received;
    private boolean finished;
    private long nextWrite = began;
    private long nextRead = began;
    private String fault;

    private Conversation(Plan plan) {
        this.plan = plan;
        this.request = plan.request();
        this.out = ByteBuffer.allocate(Math.max(plan.chunk(), Request.SIZE));
        this.in = ByteBuffer.allocate(plan.chunk());
        out.put(request.toWire()).flip();
    }

    /** Does what is planned, on a port of 127.0.0.1. */
    static Account hold(int port, Plan plan) {
        Conversation conversation = new Conversation(plan);
        return conversation.account(conversation.talk(port));
    }

    private Account account(Account.End end) {
        return new Account(
                request, localPort, server, began, System.nanoTime(), sent, received, end, fault);
    }

    private Account.End talk(int port) {
        try (SocketChannel channel = SocketChannel.open();
                Selector selector = Selector.open()) {
            if (plan.window() > 0) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, plan.window());
            }
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            localPort = ((InetSocketAddress) channel.getLocalAddress()).getPort();
            channel.configureBlocking(false);
            return talk(channel, selector);
        } catch (IOException e) {
            if (isCut(e)) {
                return Account.End.RESET;
            }
            return wrong(e.toString());
        }
    }

    private static boolean isCut(IOException e) {
        String message = Objects.requireNonNullElse(e.getMessage(), "");
        return message.startsWith("Connection reset") || message.startsWith("Broken pipe");
    }

    private Account.End talk(SocketChannel channel, Selector selector) throws IOException {
        SelectionKey key = channel.register(selector, 0);
        long lastMove = System.nanoTime();
        while (true) {
            long now = System.nanoTime();
            long before = sent + received;
            if (now >= nextWrite) {
                send(channel);
            }
            if (now >= nextRead) {
                Account.End end = receive(channel);
                if (end != null) {
                    return end;
                }
            }
            if (sent + received > before) {
                lastMove = now;
            } else if (now - lastMove > PATIENCE.toNanos()) {
                return wrong("nothing has moved for " + PATIENCE);
            } else {
                await(key, selector, now);
            }
        }
    }

    private void send(SocketChannel channel) throws IOException {
        if (!out.hasRemaining() && produced < request.upLength()) {
            out.clear().limit((int) Math.min(plan.chunk(), request.upLength() - produced));
            request.up().write(produced, out);
            produced += out.flip().remaining();
        }
        if (out.hasRemaining()) {
            sent += channel.write(out);
            if (!out.hasRemaining()) {
                nextWrite = System.nanoTime() + plan.writePause().toNanos();
            }
        } else if (!finished) {
            channel.shutdownOutput();
            finished = true;
        }
    }

    /** Returns how the connection has ended; null while it goes on. */
    private Account.End receive(SocketChannel channel) throws IOException {
        int count = channel.read(in.clear());
        if (count < 0) {
            return atEof();
        }
        in.flip();
        if (count > 0) {
            nextRead = System.nanoTime() + plan.readPause().toNanos();
            if (received == 0) {
                server = (char) in.get();
                received = 1;
            }
            int stream = in.remaining();
            String found = request.down().faultIn(received - 1, in);
            received += stream;
            if (found != null) {
                return wrong(found);
            }
            if (received - 1 > request.downLength()) {
                return wrong("more bytes than were sent");
            }
        }
        if (plan.leaveAfter() >= 0 && received > plan.leaveAfter()) {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            return Account.End.LEFT;
        }
        return null;
    }

    private Account.End atEof() {
        boolean isWhole =
                received == 1 + request.downLength() && sent == Request.SIZE + request.upLength();
        if (isWhole) {
            return Account.End.WHOLE;
        }
        return received == 0 ? Account.End.EMPTY : wrong("a FIN in the middle of the stream");
    }

    /** Waits until the socket is ready for what the plan has next, or its pause is over. */
    private void await(SelectionKey key, Selector selector, long now) throws IOException {
        boolean hasMore = out.hasRemaining() || produced < request.upLength() || !finished;
        long wake = now + Duration.ofSeconds(1).toNanos();
        int interest = 0;
        if (nextRead > now) {
            wake = Math.min(wake, nextRead);
        } else {
            interest |= SelectionKey.OP_READ;
        }
        if (hasMore && nextWrite > now) {
            wake = Math.min(wake, nextWrite);
        } else if (hasMore) {
            interest |= SelectionKey.OP_WRITE;
        }
        key.interestOps(interest);
        int ignored = selector.select(Math.max(1, (wake - now) / 1_000_000));
        selector.selectedKeys().clear();
    }

    private Account.End wrong(String what) {
        fault = what;
        return Account.End.WRONG;
    }
}
