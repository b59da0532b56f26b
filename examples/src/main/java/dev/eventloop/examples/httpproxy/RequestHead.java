package dev.eventloop.examples.httpproxy;

import java.util.List;
import java.util.Locale;

/**
 * A client's request to the proxy.
 *
 * @param authority the server to connect to
 * @param tunnel whether it is a CONNECT, after which the proxy does not parse the bytes
 * @param forwarded the head to forward; empty for a tunnel
 * @param body finds the end of the body; null for a tunnel
 */
record RequestHead(Authority authority, boolean tunnel, String forwarded, Body body) {
    private static final String SCHEME = "http://";
    private static final int HTTP_PORT = 80;

    static RequestHead parse(List<String> lines) throws Refusal {
        String[] parts = lines.get(0).split(" ", -1);
        if (parts.length != 3
                || !parts[0].matches("[!#-'*+.^-z|~A-Z0-9-]+")
                || parts[1].contains("\t")) {
            throw new Refusal(400, "the first line is not a request");
        }
        if (!parts[2].matches("HTTP/[0-9]\\.[0-9]")) {
            throw new Refusal(400, "the first line has no HTTP version");
        }
        if (!parts[2].startsWith("HTTP/1.")) {
            throw new Refusal(505, "the HTTP version is not supported; use HTTP/1.1");
        }
        Headers headers = Headers.parse(lines);
        return parts[0].equals("CONNECT")
                ? connect(parts[1])
                : forward(parts[0], parts[1], parts[2].endsWith("0"), headers);
    }

    private static RequestHead connect(String target) throws Refusal {
        Authority authority = Authority.parse(target, 0);
        if (authority == null) {
            throw new Refusal(400, "CONNECT needs a host and a port, such as example.org:443");
        }
        return new RequestHead(authority, true, "", null);
    }

    private static RequestHead forward(
            String method, String target, boolean http10, Headers headers) throws Refusal {
        if (!target.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            throw new Refusal(
                    400, "this is a proxy: request http://HOST/PATH, or CONNECT HOST:PORT");
        }
        String rest = target.substring(SCHEME.length()).replaceFirst("#.*", "");
        int end = 0;
        while (end < rest.length() && "/?".indexOf(rest.charAt(end)) < 0) {
            end++;
        }
        Authority authority = Authority.parse(rest.substring(0, end), HTTP_PORT);
        if (authority == null) {
            throw new Refusal(400, "the address has no host");
        }
        String path = rest.substring(end);
        if (!path.startsWith("/")) {
            path = "/" + path;
        }
        Body body = Body.of(headers, http10);
        StringBuilder head = new StringBuilder();
        // Do not ask for a chunked answer on behalf of a client that does not support it.
        String version = http10 ? "HTTP/1.0" : "HTTP/1.1";
        head.append(method).append(' ').append(path).append(' ').append(version);
        head.append("\r\nHost: ");
        head.append(rest, 0, end).append("\r\n"); // replaces the Host header: RFC 9112, 3.2.2
        headers.write(head, "host");
        head.append("Via: 1.1 eventloop\r\nConnection: close\r\n\r\n");
        return new RequestHead(authority, false, head.toString(), body);
    }
}
