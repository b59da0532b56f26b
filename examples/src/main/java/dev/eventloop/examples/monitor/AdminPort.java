package dev.eventloop.examples.monitor;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * Whom to ask.
 *
 * @param name as it was given
 * @param address resolved
 * @param authority host and port, as the Host header has them
 * @param token null for none
 */
record AdminPort(String name, InetSocketAddress address, String authority, String token) {
    private static final int HTTP_PORT = 80;
    private static final int HIGHEST_PORT = 65_535;

    /**
     * @throws IllegalArgumentException for a URL that is none, or leads nowhere
     */
    static AdminPort of(String url, String token) {
        URI uri = parse(url.contains("://") ? url : "http://" + url);
        if (!"http".equalsIgnoreCase(uri.getScheme())) {
            throw new IllegalArgumentException(
                    url
                            + ": the admin port speaks plain http; where there is TLS in front of it,"
                            + " go through an SSH tunnel");
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
                        + " is no admin port; give http://HOST:PORT, as high_perf_lb has it in --admin");
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** The whole request. HTTP/1.0 has the body end with the connection, and no chunks. */
    String request(String path) {
        return "GET "
                + path
                + " HTTP/1.0\r\nHost: "
                + authority
                + (token == null ? "" : "\r\nAuthorization: Bearer " + token)
                + "\r\nAccept: application/json\r\n\r\n";
    }
}
