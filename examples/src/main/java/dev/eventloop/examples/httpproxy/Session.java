package dev.eventloop.examples.httpproxy;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventCallback;
import dev.eventloop.Events;
import dev.eventloop.Timer;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.NativeBuffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One client and the server that it has requested. A connection serves one request with an absolute
 * URI only: both sides get {@code Connection: close}.
 */
final class Session {
    /** One callback for both fds of a session. */
    static final EventCallback<Session> READY = (fd, events, session) -> session.ready(fd);

    private static final int NONE = -1;
    private static final String ESTABLISHED = "HTTP/1.1 200 Connection established\r\n\r\n";

    private enum State {
        HEAD,
        /** Waits for the name or the connect, and reads nothing. */
        CONNECTING,
        RELAYING,
        /** Sends the rest to the client and discards its further input. */
        ENDING,
        CLOSED
    }

    private final ProxyServer proxy;
    private final int client;
    private final Timer timer;
    private final HeadReader head = new HeadReader();
    private final Answer answer = new Answer();
    private final Flow up;
    private final Flow down;

    private State state = State.HEAD;
    private int clientInterest = Events.READ;
    private int server = NONE;
    private int serverInterest;
    private RequestHead request;
    private Connecting connecting;

    /** Bytes that arrived after the head, before the server was connected. */
    private NativeBuffer early;

    /** Forward no more of the request: it is complete, or the server has stopped reading. */
    private boolean requestOver;

    Session(ProxyServer proxy, int client) {
        this.proxy = proxy;
        this.client = client;
        this.timer = proxy.loop.newTimer(this::timeIsOver);
        this.up = new Flow(proxy.sockets, proxy.buffers);
        this.down = new Flow(proxy.sockets, proxy.buffers);
    }

    void begin() throws ErrnoException {
        proxy.loop.add(client, clientInterest, READY, this);
        timer.start(proxy.settings.requestTimeout());
    }

    /** A failure in one session must not end the others. */
    private void ready(int fd) {
        try {
            if (fd == client) {
                clientReady();
            } else if (state == State.CONNECTING) {
                connecting.ready();
            } else {
                serverReady();
            }
            settle();
        } catch (RuntimeException e) {
            proxy.warn("a connection was reset after a failure: " + e);
            reset();
        }
    }

    private void clientReady() {
        if (down.isBlocked()) {
            timer.start(proxy.settings.idleTimeout());
        }
        if (!down.flush(client)) {
            reset();
        } else if (!up.ended && !up.isBlocked()) {
            readFromClient();
        }
    }

    private void serverReady() {
        if (up.isBlocked()) {
            timer.start(proxy.settings.idleTimeout());
        }
        if (!up.flush(server)) {
            serverTakesNoMore();
        }
        if (state == State.RELAYING && !down.ended && !down.isBlocked()) {
            readFromServer();
        }
    }

    private void readFromClient() {
        ByteBuffer chunk = proxy.chunk.clear();
        int count = proxy.sockets.read(client, chunk);
        if (count > 0) {
            try {
                fromClient(chunk.flip());
            } catch (Refusal e) {
                refuse(e);
            }
        } else if (count == 0) {
            clientEnded();
        } else if (count != -Errno.EAGAIN && count != -Errno.EINTR) {
            reset();
        }
    }

    private void fromClient(ByteBuffer chunk) throws Refusal {
        if (state == State.HEAD) {
            if (head.read(chunk)) {
                request = RequestHead.parse(head.lines());
                head.clear();
                early = proxy.buffers.take();
                early.put(chunk);
                findServer();
            }
        } else if (state == State.RELAYING) {
            timer.start(proxy.settings.idleTimeout());
            pass(chunk);
        }
    }

    private void clientEnded() {
        up.ended = true;
        boolean halfARequest = state == State.RELAYING && !request.tunnel() && !requestOver;
        if (state == State.HEAD) {
            close();
        } else if (halfARequest) {
            reset(); // FIN would look like the end of the body
        }
    }

    private void findServer() throws Refusal {
        if (!proxy.settings.allowed().allows(request.authority())) {
            throw new Refusal(403, request.authority() + " is not allowed");
        }
        state = State.CONNECTING;
        timer.cancel(); // connecting has separate timeouts
        connecting = new Connecting(proxy, this, request.authority());
        connecting.begin();
    }

    /** Called by {@link Connecting} on failure. */
    void notConnected(Refusal refusal) {
        refuse(refusal);
        settle();
    }

    /** Called by {@link Connecting} with the server's fd, which this session now owns. */
    void connected(int fd) {
        server = fd;
        serverInterest = Events.WRITE;
        state = State.RELAYING;
        timer.start(proxy.settings.idleTimeout());
        boolean there =
                request.tunnel()
                        ? down.write(client, bytes(ESTABLISHED))
                        : up.write(server, bytes(request.forwarded()));
        if (!there) {
            reset();
            return;
        }
        ByteBuffer chunk = proxy.chunk.clear();
        early.get(chunk);
        early = proxy.give(early);
        try {
            pass(chunk.flip());
        } catch (Refusal e) {
            refuse(e);
        }
    }

    /** Forwards bytes to the server, but none after the request's end. */
    private void pass(ByteBuffer chunk) throws Refusal {
        if (!request.tunnel()) {
            int count = requestOver ? 0 : request.body().accept(chunk);
            chunk.position(requestOver ? chunk.limit() : chunk.position() - count);
            chunk.limit(chunk.position() + count);
            requestOver |= request.body().isDone();
        }
        if (!up.write(server, chunk)) {
            serverTakesNoMore();
        }
    }

    /** The server may have answered with an error before it closed, so read that first. */
    private void serverTakesNoMore() {
        up.drop();
        if (request.tunnel()) {
            reset();
        }
        requestOver = true;
    }

    private void readFromServer() {
        ByteBuffer chunk = proxy.chunk.clear();
        int count = proxy.sockets.read(server, chunk);
        if (count > 0) {
            timer.start(proxy.settings.idleTimeout());
            fromServer(chunk.flip());
        } else if (count == 0) {
            down.ended = true;
            if (!request.tunnel() && !answer.hasBegun()) {
                refuse(
                        new Refusal(
                                502,
                                request.authority() + " closed the connection without an answer"));
            }
        } else if (count != -Errno.EAGAIN && count != -Errno.EINTR) {
            refuse(new Refusal(502, request.authority() + ": " + Errno.description(-count)));
        }
    }

    private void fromServer(ByteBuffer chunk) {
        try {
            boolean there =
                    request.tunnel() ? down.write(client, chunk) : answer.pass(chunk, down, client);
            if (!there) {
                reset();
            }
        } catch (Refusal e) {
            refuse(e);
        }
    }

    /** Sends the proxy's answer, or a reset if the client would take that answer for data. */
    private void refuse(Refusal refusal) {
        if (state == State.CLOSED) {
            return;
        }
        if (state == State.RELAYING && (request.tunnel() || answer.hasBegun())) {
            reset();
            return;
        }
        state = State.ENDING;
        down.ended = true;
        timer.start(proxy.settings.idleTimeout());
        if (!down.write(client, bytes(refusal.response()))) {
            reset();
        }
    }

    /** Passes on FINs, and updates the interest of both fds. */
    private void settle() {
        if (state == State.RELAYING && request.tunnel()) {
            passEndsOn();
        } else if (state == State.RELAYING && down.ended) {
            state = State.ENDING;
        }
        if (state == State.ENDING) {
            end();
        }
        try {
            if (state != State.CLOSED) {
                listen();
            }
        } catch (ErrnoException e) {
            reset();
        }
    }

    private void passEndsOn() {
        if (up.mayShut()) {
            up.shut = true;
            proxy.sockets.shutdownWrite(server);
        }
        if (down.mayShut()) {
            down.shut = true;
            proxy.sockets.shutdownWrite(client);
        }
        if (up.shut && down.shut) {
            close();
        }
    }

    private void end() {
        up.drop();
        closeServer();
        early = proxy.give(early);
        if (down.mayShut()) {
            down.shut = true;
            proxy.sockets.shutdownWrite(client);
            timer.start(Settings.LINGER);
        }
        if (up.ended && down.shut) {
            close();
        }
    }

    private void listen() throws ErrnoException {
        boolean fromClient = state != State.CONNECTING && !up.ended && !up.isBlocked();
        int wanted = (fromClient ? Events.READ : 0) | (down.isBlocked() ? Events.WRITE : 0);
        if (wanted != clientInterest) {
            clientInterest = wanted;
            proxy.loop.mod(client, wanted);
        }
        if (server != NONE && state == State.RELAYING) {
            boolean fromServer = !down.ended && !down.isBlocked();
            wanted = (fromServer ? Events.READ : 0) | (up.isBlocked() ? Events.WRITE : 0);
            if (wanted != serverInterest) {
                serverInterest = wanted;
                proxy.loop.mod(server, wanted);
            }
        }
    }

    private void timeIsOver() {
        switch (state) {
            case HEAD -> {
                if (head.isEmpty()) {
                    close();
                } else {
                    refuse(new Refusal(408, "the request did not arrive in time"));
                }
            }
            case RELAYING -> {
                if (down.isTaken(client) || up.isTaken(server)) {
                    timer.start(proxy.settings.idleTimeout());
                } else {
                    refuse(new Refusal(504, request.authority() + " does not answer in time"));
                }
            }
            case ENDING -> {
                if (down.shut) {
                    close();
                } else if (down.isTaken(client)) {
                    timer.start(proxy.settings.idleTimeout());
                } else {
                    reset(); // FIN would look like the end of the answer
                }
            }
            case CONNECTING, CLOSED ->
                    throw new IllegalStateException("a cancelled timer has fired");
        }
        settle();
    }

    private void closeServer() {
        if (server != NONE) {
            proxy.forget(server);
            proxy.sockets.close(server);
            server = NONE;
        }
    }

    /** Resets both sides, so that both know that bytes are missing. */
    private void reset() {
        if (leave()) {
            proxy.sockets.reset(client);
            if (server != NONE) {
                proxy.sockets.reset(server);
            }
        }
    }

    void close() {
        if (leave()) {
            proxy.sockets.close(client);
            if (server != NONE) {
                proxy.sockets.close(server);
            }
        }
    }

    private boolean leave() {
        if (state == State.CLOSED) {
            return false;
        }
        if (state == State.CONNECTING) {
            connecting.cancel();
        }
        state = State.CLOSED;
        timer.cancel();
        up.drop();
        down.drop();
        early = proxy.give(early);
        proxy.left(this);
        proxy.forget(client);
        if (server != NONE) {
            proxy.forget(server);
        }
        return true;
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
