package dev.eventloop.lb.admin.http;

import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.Timer;
import dev.eventloop.libc.Errno;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A connection of a client, from accept to close. Only the loop's thread uses it. */
final class HttpConnection {
    /** How long a request may take to arrive, and how long a client may take no byte. */
    private static final Duration DEADLINE = Duration.ofSeconds(5);

    /** How long a connection may be idle after a response. */
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);

    private static final byte[] CONTINUE =
            "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private enum State {
        /** Waits for a request. */
        READING,
        /** Waits before the request is looked at. */
        DELAYED,
        /** Waits for the answer of another thread. */
        ANSWERING,
        WRITING,
        /**
         * Reads and drops what the client still sends. To close with unread bytes would send a RST,
         * and a client that sends a whole body before it reads would lose the response.
         */
        LINGERING,
        CLOSED
    }

    private final HttpServer server;
    private final HttpHandler handler;
    private final Source source;
    private final int fd;
    private final RequestReader reader;
    private final Timer timer;

    private State state = State.READING;

    /** Whether the head of the request was admitted. */
    private boolean admitted;

    /** Whether the next request has not begun. */
    private boolean isIdle;

    private boolean continued;
    private boolean last;
    private ByteBuffer output;

    HttpConnection(HttpServer server, Source source, int fd) {
        this.server = server;
        this.handler = server.handler();
        this.source = source;
        this.fd = fd;
        this.reader = new RequestReader(source);
        this.timer = server.loop().newTimer(this::onTimer);
    }

    void open() throws ErrnoException {
        server.loop().add(fd, Events.READ, (f, events, self) -> self.onReady(), this);
        timer.start(DEADLINE);
        onReady(); // a request that has arrived is not to wait for a turn
    }

    Source source() {
        return source;
    }

    /** Whether it may be closed to make room: it does not wait for this server. */
    boolean waitsForClient() {
        return state != State.DELAYED && state != State.ANSWERING;
    }

    private void onReady() {
        try {
            switch (state) {
                case READING -> read();
                case WRITING -> {
                    write();
                    proceed();
                }
                case LINGERING -> drop();
                default -> {
                    // no event is asked for
                }
            }
        } catch (ErrnoException | RuntimeException | Error e) {
            server.failed(e);
            close();
        }
    }

    private void onTimer() {
        try {
            if (state == State.DELAYED) {
                server.delayEnds();
                state = State.READING;
                examine();
                if (state == State.READING) {
                    watch(Events.READ);
                    timer.start(DEADLINE);
                }
                proceed();
            } else {
                close();
            }
        } catch (ErrnoException | RuntimeException | Error e) {
            server.failed(e);
            close();
        }
    }

    // Reading

    private void read() throws ErrnoException {
        int count = server.sockets().read(fd, reader.space());
        if (count > 0) {
            if (isIdle) {
                isIdle = false;
                timer.start(DEADLINE);
            }
            reader.added(count);
            proceed();
        } else if (!isTemporary(count)) { // EOF, or an error
            close();
        }
    }

    private static boolean isTemporary(int result) {
        return result == -Errno.EAGAIN || result == -Errno.EINTR;
    }

    /** Goes on as far as the bytes that have arrived allow. */
    private void proceed() throws ErrnoException {
        while (state == State.READING && readsMore()) {
            // a client may send several requests at once
        }
    }

    /** One step of a request; false if more bytes are needed. */
    private boolean readsMore() throws ErrnoException {
        HttpRequest head;
        try {
            head = reader.head();
        } catch (BadRequestException e) {
            respond(handler.error(e.status(), e.getMessage()), true, true);
            return true;
        }
        if (head == null) {
            return false;
        }
        if (!admitted) {
            Duration delay = handler.delay(head);
            if (delay.isZero()) {
                examine();
            } else {
                delay(delay);
            }
            return true;
        }
        if (reader.isComplete()) {
            answer(reader.request());
            return true;
        }
        if (!continued && reader.isContinueExpected()) {
            continued = true;
            server.sockets().write(fd, ByteBuffer.wrap(CONTINUE));
        }
        return false;
    }

    private void delay(Duration delay) throws ErrnoException {
        if (server.delayBegins()) {
            state = State.DELAYED;
            watch(0);
            timer.start(delay);
        } else {
            String sentence = "too many requests had a wrong token; try again in some seconds";
            respond(handler.error(429, sentence), true, true);
        }
    }

    /** Asks whether the request is admitted. */
    private void examine() throws ErrnoException {
        HttpRequest head = head();
        HttpResponse refusal = handler.refuse(head);
        if (refusal == null) {
            admitted = true;
        } else {
            respond(refusal, head.isLast() || !reader.isComplete(), hasBody(head));
        }
    }

    private HttpRequest head() {
        try {
            return reader.head();
        } catch (BadRequestException e) {
            throw new IllegalStateException("the head was read before", e);
        }
    }

    private void answer(HttpRequest request) throws ErrnoException {
        boolean isLast = request.isLast();
        boolean hasBody = hasBody(request);
        if (handler.isQuick(request)) {
            respond(handler.answer(request), isLast, hasBody);
            return;
        }
        state = State.ANSWERING;
        watch(0);
        timer.cancel();
        if (!server.answer(request, response -> answered(response, isLast, hasBody))) {
            String sentence = "too many requests are being answered; try again in some seconds";
            respond(handler.error(503, sentence), isLast, hasBody);
        }
    }

    private static boolean hasBody(HttpRequest request) {
        return !request.method().equals("HEAD");
    }

    private void answered(HttpResponse response, boolean isLast, boolean hasBody) {
        if (state != State.ANSWERING) {
            return; // the server is being closed
        }
        try {
            respond(response, isLast, hasBody);
            proceed();
        } catch (ErrnoException | RuntimeException | Error e) {
            server.failed(e);
            close();
        }
    }

    // Writing

    private void respond(HttpResponse response, boolean isLast, boolean hasBody)
            throws ErrnoException {
        last = isLast;
        output = ByteBuffer.wrap(response.encode(last, hasBody));
        state = State.WRITING;
        timer.start(DEADLINE);
        write();
    }

    private void write() throws ErrnoException {
        while (output.hasRemaining()) {
            int count = server.sockets().write(fd, output);
            if (count > 0) {
                timer.start(DEADLINE);
            } else if (isTemporary(count)) {
                watch(Events.WRITE);
                return;
            } else {
                close();
                return;
            }
        }
        output = null;
        if (last) {
            server.sockets().shutdownWrite(fd);
            state = State.LINGERING;
        } else {
            startOver();
        }
        watch(Events.READ);
    }

    private void startOver() {
        reader.next();
        admitted = false;
        continued = false;
        state = State.READING;
        isIdle = reader.isEmpty();
        timer.start(isIdle ? KEEP_ALIVE : DEADLINE);
    }

    private void drop() {
        int count = server.sockets().read(fd, server.dropped());
        if (count == 0 || (count < 0 && !isTemporary(count))) {
            close();
        }
    }

    private void watch(int interest) throws ErrnoException {
        server.loop().mod(fd, interest);
    }

    void close() {
        if (state == State.CLOSED) {
            return;
        }
        if (state == State.DELAYED) {
            server.delayEnds();
        }
        state = State.CLOSED;
        timer.cancel();
        server.closed(this, fd);
    }
}
