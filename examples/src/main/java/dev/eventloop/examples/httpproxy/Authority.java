package dev.eventloop.examples.httpproxy;

import java.util.Locale;

/**
 * A host and a port, as in {@code example.org:443} or {@code [::1]:443}.
 *
 * @param host in lower case, without brackets
 * @param port 1 to 65535
 */
record Authority(String host, int port) {
    private static final int HIGHEST_PORT = 65_535;

    /**
     * Returns null for a malformed text.
     *
     * @param defaultPort the port if the text has none; 0 if it must have one
     */
    static Authority parse(String text, int defaultPort) {
        int colon = text.lastIndexOf(':');
        boolean hasPort = colon > text.lastIndexOf(']');
        String host = hasPort ? text.substring(0, colon) : text;
        int port = hasPort ? port(text.substring(colon + 1)) : defaultPort;
        boolean v6 = host.startsWith("[") && host.endsWith("]");
        if (v6) {
            host = host.substring(1, host.length() - 1);
        }
        boolean fits = host.matches(v6 ? "[0-9a-fA-F:.]+" : "[0-9a-zA-Z._-]+");
        return fits && port > 0 ? new Authority(host.toLowerCase(Locale.ROOT), port) : null;
    }

    /** Returns 0 for an invalid port. */
    static int port(String digits) {
        int port = digits.matches("[0-9]{1,5}") ? Integer.parseInt(digits) : 0;
        return port <= HIGHEST_PORT ? port : 0;
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
