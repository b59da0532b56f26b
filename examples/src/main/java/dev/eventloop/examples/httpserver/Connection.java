package dev.eventloop.examples.httpserver;

import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.Timer;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.NativeBuffer;

/**
 * One client. Requests may be pipelined: the server answers them one after the other, and reads
 * nothing while a response is being sent, so a client that does not read its responses cannot send
 * more requests. A connection that waits for a request has no buffer.
 */
final class Connection {
    private static final int BAD = 400;

    private enum State {
        HEAD,
        BODY,
        SENDING,
        /** The last response and FIN have been sent; further input is discarded. */
        LINGERING,
        CLOSED
    }

    private final HttpServer server;
    private final int fd;
    private final Timer timer;
    private final Request request = new Request();
    private final RequestParser parser = new RequestParser(request);
    private final RequestBody body;
    private final Response response = new Response();

    private State state = State.HEAD;
    private int interest = Events.READ;
    private NativeBuffer in;
    private NativeBuffer out;

    /** File bytes that may still be sent in this turn. */
    private int budget;

    /** The unacknowledged bytes when the send timer was started. */
    private int underWay;

    Connection(HttpServer server, int fd) {
        this.server = server;
        this.fd = fd;
        this.timer = server.loop.newTimer(this::timeIsOver);
        this.body = new RequestBody(server.settings.maxBody());
    }

    /** A silent new connection has the same time as an incomplete request. */
    void begin() throws ErrnoException {
        server.loop.add(fd, interest, (ready, events, connection) -> connection.ready(), this);
        timer.start(server.settings.requestTimeout());
    }

    /** A failure in one connection must not end the others. */
    private void ready() {
        try {
            goOn();
        } catch (ErrnoException | RuntimeException e) {
            server.warn("a connection was reset after a failure: " + e);
            reset();
        }
    }

    private void goOn() throws ErrnoException {
        budget = Settings.BURST;
        boolean goOn =
                switch (state) {
                    case HEAD, BODY -> read();
                    case SENDING -> send();
                    case LINGERING -> discard();
                    case CLOSED -> false;
                };
        if (goOn) {
            consume();
        }
        settle();
    }

    /** Reads once per turn; returns whether there are bytes to parse. */
    private boolean read() {
        if (in == null) {
            in = server.buffers.take();
        }
        int count = server.sockets.read(fd, in);
        if (count > 0) {
            return true;
        }
        if (count != -Errno.EAGAIN && count != -Errno.EINTR) {
            close(); // EOF or a reset; all requests have been answered
        }
        return false;
    }

    /** Parses the input, up to a response that cannot be sent at once. */
    private void consume() {
        while (in != null && in.readable() > 0 && (state == State.HEAD || state == State.BODY)) {
            boolean first = state == State.HEAD && !parser.isInside();
            int result = state == State.HEAD ? parser.parse(in) : body.take(in);
            if (result >= BAD) {
                refuse(result);
            } else if (result == RequestParser.COMPLETE) {
                boolean bodyFollows = state == State.HEAD && request.hasBody();
                if (bodyFollows) {
                    expectBody();
                } else {
                    answer();
                }
            } else if (first && parser.isInside()) {
                timer.start(server.settings.requestTimeout());
            }
        }
    }

    private void expectBody() {
        boolean unwanted = !request.method.equals("GET") && !request.method.equals("HEAD");
        int refusal = body.begin(request);
        if (refusal == 0 && unwanted && request.expectsContinue) {
            refusal = Status.METHOD_NOT_ALLOWED; // saves the client from sending the body
        }
        if (refusal != 0) {
            refuse(refusal);
            return;
        }
        state = State.BODY;
        timer.start(server.settings.requestTimeout());
        if (request.expectsContinue) {
            put("HTTP/1.1 100 Continue\r\n\r\n");
            boolean ignored = flush(); // otherwise together with the response
        }
    }

    private void answer() {
        server.responder.answer(request, response);
        begin(State.SENDING);
    }

    private void refuse(int status) {
        response.clear();
        server.responder.refuse(status, response);
        begin(State.SENDING);
    }

    private void begin(State sending) {
        state = sending;
        put(response.head);
        boolean ignored = send();
        if (state == State.SENDING) {
            giveTime();
        }
    }

    private void put(CharSequence text) {
        if (out == null) {
            out = server.buffers.take();
        }
        for (int i = 0; i < text.length(); i++) {
            out.put((byte) text.charAt(i));
        }
    }

    /**
     * Sends what the client accepts; returns whether the response is out and another may follow.
     */
    private boolean send() {
        if (!flush()) {
            return false;
        }
        boolean moved = false;
        while (response.from < response.to) {
            int most = (int) Math.min(budget, response.to - response.from);
            int count =
                    most == 0 // the other clients' turn
                            ? -Errno.EAGAIN
                            : server.sockets.sendFile(fd, response.file, response.from, most);
            if (count == -Errno.EAGAIN || count == -Errno.EINTR) {
                if (moved) {
                    giveTime();
                }
                return false;
            }
            if (count <= 0) {
                reset(); // the client is gone, or the file was truncated
                return false;
            }
            response.from += count;
            budget -= count;
            moved = true;
        }
        return sent();
    }

    private void giveTime() {
        underWay = server.sockets.unacknowledged(fd);
        timer.start(server.settings.sendTimeout());
    }

    /**
     * A slow reader is not idle even while there is no room for more: of the megabytes that the
     * kernel may buffer for a client, a third must be sent before the kernel reports room.
     */
    private boolean takesSomething() {
        return server.sockets.unacknowledged(fd) < underWay;
    }

    /** Returns whether the head has been sent. */
    private boolean flush() {
        while (out != null && out.readable() > 0) {
            int count = server.sockets.write(fd, out);
            if (count == -Errno.EAGAIN || count == -Errno.EINTR) {
                return false;
            }
            if (count < 0) {
                close();
                return false;
            }
        }
        out = server.give(out);
        return true;
    }

    private boolean sent() {
        boolean keepAlive = response.keepAlive;
        response.clear();
        if (keepAlive) {
            state = State.HEAD;
            timer.start(server.settings.idleTimeout());
            return true;
        }
        // Closing with unread bytes sends RST, which can overtake the response.
        state = State.LINGERING;
        in = server.give(in);
        server.sockets.shutdownWrite(fd);
        timer.start(Settings.LINGER);
        return false;
    }

    private boolean discard() {
        int count = server.sockets.read(fd, server.sink.clear());
        if (count <= 0 && count != -Errno.EAGAIN && count != -Errno.EINTR) {
            close();
        }
        return false;
    }

    /** Updates the interest, and returns an empty buffer to the pool. */
    private void settle() throws ErrnoException {
        if (state == State.CLOSED) {
            return;
        }
        if (in != null && in.readable() == 0) {
            in = server.give(in);
        }
        int wanted = state == State.SENDING ? Events.WRITE : Events.READ;
        if (wanted != interest) {
            interest = wanted;
            server.loop.mod(fd, wanted);
        }
    }

    private void timeIsOver() {
        boolean inRequest = state == State.BODY || (state == State.HEAD && parser.isInside());
        if (inRequest) {
            refuse(Status.REQUEST_TIMEOUT);
            try {
                settle();
            } catch (ErrnoException e) {
                reset();
            }
        } else if (state == State.SENDING && takesSomething()) {
            giveTime();
        } else if (state == State.SENDING) {
            reset();
        } else {
            close();
        }
    }

    private void reset() {
        if (leave()) {
            server.sockets.reset(fd);
        }
    }

    void close() {
        if (leave()) {
            server.sockets.close(fd);
        }
    }

    private boolean leave() {
        if (state == State.CLOSED) {
            return false;
        }
        state = State.CLOSED;
        timer.cancel();
        response.clear();
        in = server.give(in);
        out = server.give(out);
        server.left(this, fd);
        return true;
    }
}
