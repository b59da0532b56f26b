package dev.eventloop.examples.httpserver;

import dev.eventloop.net.NativeBuffer;

/**
 * Parses the heads of requests (RFC 9112) one byte at a time, however they are split into reads, as
 * a state machine. Between two bytes it keeps only its state, the current token and the request so
 * far, so a client that sends one byte a second costs nothing in between.
 *
 * <p>It is strict where leniency allows request smuggling: no folded lines, no space before a
 * colon, no control characters. It is lenient for requests typed by hand: a line may end with LF
 * alone.
 */
final class RequestParser {
    /** All bytes are consumed, and the head is incomplete. */
    static final int MORE = 0;

    /** The head is complete; the buffer continues with its body or the next head. */
    static final int COMPLETE = 1;

    private static final int MAX_METHOD = 32;
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private enum State {
        BEFORE_LINE,
        METHOD,
        TARGET,
        VERSION,
        VERSION_LF,
        LINE_START,
        NAME,
        BEFORE_VALUE,
        VALUE,
        VALUE_LF,
        LAST_LF
    }

    private final Request request;
    private final StringBuilder token = new StringBuilder();
    private State state = State.BEFORE_LINE;
    private String name;
    private int bytes;
    private int headers;

    RequestParser(Request request) {
        this.request = request;
    }

    /** Returns whether a request has started and is incomplete. */
    boolean isInside() {
        return state != State.BEFORE_LINE;
    }

    /**
     * Reads up to the end of a head; returns {@link #MORE}, {@link #COMPLETE} or an error status.
     */
    int parse(NativeBuffer in) {
        while (in.readable() > 0) {
            int result = take((char) (in.get() & 0xff));
            if (result != MORE) {
                return result;
            }
        }
        return MORE;
    }

    private int take(char c) {
        if (++bytes > Settings.MAX_HEAD) {
            return Status.HEADERS_TOO_LARGE;
        }
        return switch (state) {
            case BEFORE_LINE -> beforeLine(c);
            case METHOD -> method(c);
            case TARGET -> target(c);
            case VERSION -> version(c);
            case VERSION_LF, VALUE_LF -> c == '\n' ? next(State.LINE_START) : Status.BAD_REQUEST;
            case LINE_START -> lineStart(c);
            case NAME -> name(c);
            case BEFORE_VALUE -> isSpace(c) ? MORE : enter(State.VALUE, c);
            case VALUE -> value(c);
            case LAST_LF -> c == '\n' ? complete() : Status.BAD_REQUEST;
        };
    }

    /** Enters a state with the next byte. */
    private int next(State to) {
        state = to;
        return MORE;
    }

    /** Enters a state with this byte. */
    private int enter(State to, char c) {
        state = to;
        bytes--;
        return take(c);
    }

    /** Ignores empty lines before a request: RFC 9112, 2.2. */
    private int beforeLine(char c) {
        if (c == '\r' || c == '\n') {
            return MORE;
        }
        request.clear();
        bytes = 1;
        headers = 0;
        return enter(State.METHOD, c);
    }

    private int method(char c) {
        if (c == ' ' && token.length() > 0) {
            request.method = taken();
            return next(State.TARGET);
        }
        boolean fits = isToken(c) && token.length() < MAX_METHOD;
        return fits ? append(c) : Status.BAD_REQUEST;
    }

    /** Accepts bytes from 0x80 on, which should be sent as %XX, because some clients send them. */
    private int target(char c) {
        if (c == ' ' && token.length() > 0) {
            request.target = taken();
            return next(State.VERSION);
        }
        if (c <= ' ' || c == 0x7f) {
            return Status.BAD_REQUEST;
        }
        return bytes <= Settings.MAX_LINE ? append(c) : Status.URI_TOO_LONG;
    }

    private int version(char c) {
        if (c != '\r' && c != '\n') {
            return token.length() < "HTTP/1.1".length() ? append(c) : Status.BAD_REQUEST;
        }
        String version = taken();
        if (!version.matches("HTTP/[0-9]\\.[0-9]")) {
            return Status.BAD_REQUEST;
        }
        if (!version.startsWith("HTTP/1.")) {
            return Status.VERSION_NOT_SUPPORTED;
        }
        request.http11 = !version.endsWith("0");
        return next(c == '\r' ? State.VERSION_LF : State.LINE_START);
    }

    private int lineStart(char c) {
        if (c == '\r') {
            return next(State.LAST_LF);
        }
        if (c == '\n') {
            return complete();
        }
        return ++headers <= Settings.MAX_HEADERS ? enter(State.NAME, c) : Status.HEADERS_TOO_LARGE;
    }

    private int name(char c) {
        if (c == ':' && token.length() > 0) {
            name = taken();
            return next(State.BEFORE_VALUE);
        }
        return isToken(c) ? append(c) : Status.BAD_REQUEST;
    }

    private int value(char c) {
        if (c != '\r' && c != '\n') {
            return (c >= ' ' && c != 0x7f) || c == '\t' ? append(c) : Status.BAD_REQUEST;
        }
        state = c == '\r' ? State.VALUE_LF : State.LINE_START;
        return request.header(name, taken().stripTrailing()); // 0 is MORE
    }

    private int complete() {
        state = State.BEFORE_LINE;
        bytes = 0;
        int refusal = request.complete();
        return refusal == 0 ? COMPLETE : refusal;
    }

    private int append(char c) {
        token.append(c);
        return MORE;
    }

    private String taken() {
        String text = token.toString();
        token.setLength(0);
        return text;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }

    private static boolean isToken(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || TOKEN_MARKS.indexOf(c) >= 0;
    }
}
