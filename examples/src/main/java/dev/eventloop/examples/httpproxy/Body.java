package dev.eventloop.examples.httpproxy;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Finds the end of a request's body, counted or chunked (RFC 9112, 6.3 and 7.1). Bytes after it are
 * not forwarded: the next request may be for another host, which may not be allowed.
 */
final class Body {
    private static final int MAX_DIGITS = 15;

    private enum State {
        COUNTED,
        SIZE,
        EXTENSION,
        CHUNK,
        CHUNK_END,
        LINE_START,
        LINE,
        DONE
    }

    private State state;
    private long left;
    private int digits;

    private Body(State state, long left) {
        this.state = state;
        this.left = left;
    }

    /** The body of a request with these headers; refuses contradictory framing. */
    static Body of(Headers headers, boolean http10) throws Refusal {
        List<String> lengths = headers.all("content-length");
        List<String> codings = headers.all("transfer-encoding");
        if (!codings.isEmpty()) {
            boolean chunked = codings.size() == 1 && codings.get(0).equalsIgnoreCase("chunked");
            if (!chunked || http10 || !lengths.isEmpty()) {
                throw new Refusal(400, "the end of the request's body is ambiguous");
            }
            return new Body(State.SIZE, 0);
        }
        if (lengths.isEmpty()) {
            return new Body(State.DONE, 0);
        }
        if (lengths.size() > 1 || !lengths.get(0).matches("[0-9]{1,18}")) {
            throw new Refusal(400, "the length of the request's body is ambiguous");
        }
        long length = Long.parseLong(lengths.get(0));
        return new Body(length == 0 ? State.DONE : State.COUNTED, length);
    }

    boolean isDone() {
        return state == State.DONE;
    }

    /**
     * Returns how many of these bytes belong to the body.
     *
     * @throws Refusal 400 for malformed chunks
     */
    int accept(ByteBuffer bytes) throws Refusal {
        int start = bytes.position();
        while (bytes.hasRemaining() && state != State.DONE) {
            if (state == State.COUNTED || state == State.CHUNK) {
                int count = (int) Math.min(left, bytes.remaining());
                bytes.position(bytes.position() + count);
                left -= count;
                if (left == 0) {
                    state = state == State.COUNTED ? State.DONE : State.CHUNK_END;
                }
            } else {
                take((char) (bytes.get() & 0xff));
            }
        }
        return bytes.position() - start;
    }

    private void take(char c) throws Refusal {
        switch (state) {
            case SIZE -> size(c);
            case EXTENSION -> {
                if (c == '\n') {
                    state = left > 0 ? State.CHUNK : State.LINE_START;
                }
            }
            case CHUNK_END -> {
                if (c == '\n') {
                    state = State.SIZE;
                    digits = 0;
                } else if (c != '\r') {
                    throw new Refusal(400, "a chunk is longer than its size");
                }
            }
            case LINE_START -> {
                if (c == '\n') {
                    state = State.DONE;
                } else if (c != '\r') {
                    state = State.LINE;
                }
            }
            case LINE -> state = c == '\n' ? State.LINE_START : State.LINE;
            default ->
                    throw new IllegalStateException(
                            "this state does not read byte by byte: " + state);
        }
    }

    private void size(char c) throws Refusal {
        int digit = c < 0x7f ? Character.digit(c, 16) : -1;
        if (digit >= 0 && ++digits <= MAX_DIGITS) {
            left = left * 16 + digit;
        } else if (digit < 0 && digits > 0 && (c == '\r' || c == ';' || c == ' ')) {
            state = State.EXTENSION;
        } else {
            throw new Refusal(400, "a chunk has no size");
        }
    }
}
