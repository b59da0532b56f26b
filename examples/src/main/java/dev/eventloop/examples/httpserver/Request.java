package dev.eventloop.examples.httpserver;

import java.util.Locale;

/** The head of one request: the first line, and the headers relevant to static files. */
final class Request {
    static final long NO_LENGTH = -1;

    /** Longer numbers may not fit into a long. */
    private static final int MAX_DIGITS = 18;

    String method;
    String target;
    boolean http11;

    String host;
    String range;
    String ifRange;
    String ifMatch;
    String ifNoneMatch;
    String ifModifiedSince;
    String ifUnmodifiedSince;
    long contentLength;
    boolean chunked;
    boolean expectsContinue;
    boolean keepAlive;

    private boolean otherEncoding;
    private boolean otherExpectation;
    private boolean close;
    private boolean keepAliveAsked;

    Request() {
        clear();
    }

    void clear() {
        method = null;
        target = null;
        http11 = false;
        host = null;
        range = null;
        ifRange = null;
        ifMatch = null;
        ifNoneMatch = null;
        ifModifiedSince = null;
        ifUnmodifiedSince = null;
        contentLength = NO_LENGTH;
        chunked = false;
        expectsContinue = false;
        keepAlive = false;
        otherEncoding = false;
        otherExpectation = false;
        close = false;
        keepAliveAsked = false;
    }

    boolean hasBody() {
        return chunked || contentLength > 0;
    }

    /** Adds a header; returns 0, or the status to refuse it with. */
    int header(String name, String value) {
        switch (name.toLowerCase(Locale.ROOT)) {
            case "host" -> {
                if (host != null || !isHost(value)) {
                    return Status.BAD_REQUEST;
                }
                host = value;
            }
            case "content-length" -> {
                if (contentLength != NO_LENGTH || !isNumber(value)) {
                    return Status.BAD_REQUEST;
                }
                contentLength = Long.parseLong(value);
            }
            case "transfer-encoding" -> {
                otherEncoding |= chunked || !value.equalsIgnoreCase("chunked");
                chunked = true;
            }
            case "connection" -> {
                for (String option : value.split(",", -1)) {
                    close |= option.strip().equalsIgnoreCase("close");
                    keepAliveAsked |= option.strip().equalsIgnoreCase("keep-alive");
                }
            }
            case "expect" -> {
                expectsContinue = value.equalsIgnoreCase("100-continue");
                otherExpectation |= !expectsContinue;
            }
            case "range" -> range = value;
            case "if-range" -> ifRange = value;
            case "if-match" -> ifMatch = joined(ifMatch, value);
            case "if-none-match" -> ifNoneMatch = joined(ifNoneMatch, value);
            case "if-modified-since" -> ifModifiedSince = value;
            case "if-unmodified-since" -> ifUnmodifiedSince = value;
            default -> {
                // not relevant to static files
            }
        }
        return 0;
    }

    /**
     * Validates the whole head; returns 0, or the status to refuse it with. If two headers give the
     * length of the body, an intermediary may have used the other one, and the bytes that follow
     * may be another client's request: RFC 9112, 6.3 and 11.2.
     */
    int complete() {
        if (chunked && (contentLength != NO_LENGTH || !http11)) {
            return Status.BAD_REQUEST;
        }
        if (otherEncoding) {
            return Status.NOT_IMPLEMENTED;
        }
        if (http11 && host == null) {
            return Status.BAD_REQUEST;
        }
        if (otherExpectation) {
            return Status.EXPECTATION_FAILED;
        }
        expectsContinue &= http11 && hasBody();
        keepAlive = !close && (http11 || keepAliveAsked);
        return 0;
    }

    private static String joined(String before, String more) {
        return before == null ? more : before + ", " + more;
    }

    private static boolean isNumber(String value) {
        boolean digits = value.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits && !value.isEmpty() && value.length() <= MAX_DIGITS;
    }

    private static boolean isHost(String value) {
        return value.chars()
                .allMatch(
                        c ->
                                c < 0x7f
                                        && (Character.isLetterOrDigit(c)
                                                || "-._~:[]%".indexOf(c) >= 0));
    }
}
