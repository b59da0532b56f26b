package dev.eventloop.examples.httpserver;

import dev.eventloop.net.NativeBuffer;

/**
 * Finds the end of a request's body, which this server discards: counted, or chunked (RFC 9112,
 * 7.1). For chunks it is the same kind of state machine as {@link RequestParser}.
 */
final class RequestBody {
    static final int MORE = RequestParser.MORE;
    static final int COMPLETE = RequestParser.COMPLETE;

    /** The most bytes of chunk extensions and trailers; more would be an attack. */
    private static final int MAX_LINES = 4 * 1024;

    /** The most hexadecimal digits of a chunk size, so that it cannot overflow. */
    private static final int MAX_DIGITS = 8;

    private enum State {
        COUNTED,
        SIZE,
        EXTENSION,
        SIZE_LF,
        CHUNK,
        CHUNK_CR,
        CHUNK_LF,
        TRAILER_START,
        TRAILER,
        LAST_LF
    }

    private final long most;
    private State state;
    private long left;
    private long total;
    private int digits;
    private int lines;

    /**
     * @param most the longest body accepted, in bytes
     */
    RequestBody(long most) {
        this.most = most;
    }

    /** Starts the body of a request; returns 0, or the status to refuse it with. */
    int begin(Request request) {
        state = request.chunked ? State.SIZE : State.COUNTED;
        left = request.chunked ? 0 : request.contentLength;
        total = 0;
        digits = 0;
        lines = 0;
        return left > most ? Status.CONTENT_TOO_LARGE : 0;
    }

    /** Reads up to the body's end; returns {@link #MORE}, {@link #COMPLETE} or an error status. */
    int take(NativeBuffer in) {
        while (in.readable() > 0) {
            int result;
            if (state == State.COUNTED || state == State.CHUNK) {
                left -= in.skip((int) Math.min(Integer.MAX_VALUE, left));
                result = left > 0 ? MORE : ended();
            } else {
                result = take((char) (in.get() & 0xff));
            }
            if (result != MORE) {
                return result;
            }
        }
        return MORE;
    }

    private int ended() {
        if (state == State.COUNTED) {
            return COMPLETE;
        }
        return next(State.CHUNK_CR);
    }

    private int take(char c) {
        return switch (state) {
            case SIZE -> size(c);
            case EXTENSION -> c == '\n' ? Status.BAD_REQUEST : line(c, State.SIZE_LF);
            case SIZE_LF -> c == '\n' ? sized() : Status.BAD_REQUEST;
            case CHUNK_CR -> c == '\r' ? next(State.CHUNK_LF) : Status.BAD_REQUEST;
            case CHUNK_LF -> c == '\n' ? next(State.SIZE) : Status.BAD_REQUEST;
            case TRAILER_START -> c == '\r' ? next(State.LAST_LF) : line(c, State.TRAILER_START);
            case TRAILER -> c == '\n' ? next(State.TRAILER_START) : line(c, State.TRAILER);
            case LAST_LF -> c == '\n' ? COMPLETE : Status.BAD_REQUEST;
            case COUNTED, CHUNK ->
                    throw new IllegalStateException("these bytes are skipped by count");
        };
    }

    private int size(char c) {
        int digit = Character.digit(c, 16);
        if (digit >= 0 && c < 0x7f) {
            left = left * 16 + digit;
            return ++digits <= MAX_DIGITS ? MORE : Status.BAD_REQUEST;
        }
        if (digits == 0) {
            return Status.BAD_REQUEST;
        }
        return switch (c) {
            case '\r' -> next(State.SIZE_LF);
            case ';', ' ', '\t' -> next(State.EXTENSION);
            default -> Status.BAD_REQUEST;
        };
    }

    private int sized() {
        digits = 0;
        total += left;
        if (total > most) {
            return Status.CONTENT_TOO_LARGE;
        }
        return next(left == 0 ? State.TRAILER_START : State.CHUNK);
    }

    private int line(char c, State afterCr) {
        if (++lines > MAX_LINES) {
            return Status.HEADERS_TOO_LARGE;
        }
        if (state == State.EXTENSION) {
            return c == '\r' ? next(afterCr) : MORE;
        }
        return next(State.TRAILER);
    }

    private int next(State to) {
        state = to;
        return MORE;
    }
}
