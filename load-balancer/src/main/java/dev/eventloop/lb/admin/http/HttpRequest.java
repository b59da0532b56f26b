package dev.eventloop.lb.admin.http;

/** A request, or its head while the body has not arrived. */
public final class HttpRequest {
    private static final byte[] NO_BODY = {};

    private final String method;
    private final String target;
    private final int minorVersion;
    private final Headers headers;
    private final byte[] body;
    private final Source source;

    /** A head. */
    HttpRequest(String method, String target, int minorVersion, Headers headers, Source source) {
        this(method, target, minorVersion, headers, NO_BODY, source);
    }

    private HttpRequest(
            String method,
            String target,
            int minorVersion,
            Headers headers,
            byte[] body,
            Source source) {
        this.method = method;
        this.target = target;
        this.minorVersion = minorVersion;
        this.headers = headers;
        this.body = body;
        this.source = source;
    }

    HttpRequest with(byte[] body) {
        return new HttpRequest(method, target, minorVersion, headers, body, source);
    }

    /** A token, such as {@code GET}. */
    public String method() {
        return method;
    }

    /** As sent, in visible ASCII characters. */
    public String target() {
        return target;
    }

    /** Of HTTP/1: 0 or 1. */
    int minorVersion() {
        return minorVersion;
    }

    public Headers headers() {
        return headers;
    }

    /** Empty while it has not arrived. */
    public byte[] body() {
        return body;
    }

    public Source source() {
        return source;
    }

    /** Whether the connection ends with the response: RFC 9112, section 9.3. */
    boolean isLast() {
        return minorVersion == 0 || headers.has("Connection", "close");
    }
}
