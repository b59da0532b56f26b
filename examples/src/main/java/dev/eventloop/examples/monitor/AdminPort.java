package dev.eventloop.examples.monitor;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * The admin port to query.
 *
 * @param name the name for messages, from the URL
 * @param address the resolved address
 * @param authority host and port, for the Host header
 * @param token null for none
 */
record AdminPort(String name, InetSocketAddress address, String authority, String token) {
    private static final int HTTP_PORT = 80;
    private static final int HIGHEST_PORT = 65_535;

    /**
     * @throws IllegalArgumentException for an invalid URL, or a host that does not resolve
     */
    static AdminPort of(String url, String token) {
        URI uri = parse(url.contains("://") ? url : "http://" + url);
        if (!"http".equalsIgnoreCase(uri.getScheme())) {
            throw new IllegalArgumentException(
                    url
                            + ": the admin port speaks plain http; if there is TLS in front of it, use"
                            + " an SSH tunnel");
        }
        boolean bare = uri.getRawPath().isEmpty() || uri.getRawPath().equals("/");
        boolean possible = uri.getHost() != null && uri.getPort() <= HIGHEST_PORT;
        if (!possible || !bare || uri.getRawQuery() != null) {
            throw notOne(url);
        }
        int port = uri.getPort() < 0 ? HTTP_PORT : uri.getPort();
        String host = uri.getHost();
        InetSocketAddress address = new InetSocketAddress(withoutBrackets(host), port);
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(
                    url + ": " + host + " does not resolve to an address");
        }
        return new AdminPort("http://" + host + ":" + port, address, host + ":" + port, token);
    }

    private static URI parse(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw notOne(url);
        }
    }

    private static IllegalArgumentException notOne(String url) {
        return new IllegalArgumentException(
                url
                        + " is not the URL of an admin port; give http://HOST:PORT, as in --admin of high_perf_lb");
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** The whole request. With HTTP/1.0 the body ends at EOF, without chunks. */
    String request(String path) {
        return "GET "
                + path
                + " HTTP/1.0\r\nHost: "
                + authority
                + (token == null ? "" : "\r\nAuthorization: Bearer " + token)
                + "\r\nAccept: application/json\r\n\r\n";
    }
}
