package dev.eventloop.lb.command;

import dev.eventloop.lb.LoadBalancerBuilder;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/**
 * A backend as the command line has it: {@code HOST:PORT[:WEIGHT]}, {@code [IPV6]:PORT[:WEIGHT]} or
 * {@code unix:PATH[:WEIGHT]}.
 *
 * @param host null for a unix-domain socket
 * @param path null for the others
 */
record BackendArgument(String host, int port, Path path, int weight) {
    private static final String UNIX = "unix:";
    private static final String FORMS =
            "HOST:PORT[:WEIGHT], [IPV6]:PORT[:WEIGHT] or unix:PATH[:WEIGHT]";

    /**
     * @throws IllegalArgumentException with a sentence that says what would be right
     */
    static BackendArgument parse(String text) {
        if (text.endsWith(",backup")) {
            throw wrong(text, "backup backends are not there yet; leave \",backup\" out");
        }
        if (text.startsWith(UNIX)) {
            return unix(text);
        }
        int endOfHost = text.startsWith("[") ? endOfBrackets(text) : text.indexOf(':');
        if (endOfHost < 0) {
            throw wrong(text, "the port is missing; write " + FORMS);
        }
        String host = text.substring(0, endOfHost);
        if (host.startsWith("[")) {
            host = host.substring(1, host.length() - 1);
        }
        String[] rest = text.substring(endOfHost).split(":", -1);
        if (host.isEmpty()) {
            throw wrong(text, "the host is missing; write " + FORMS);
        }
        if (rest.length < 2 || !rest[0].isEmpty() || rest[1].isEmpty()) {
            throw wrong(text, "the port is missing; write " + FORMS);
        }
        if (rest.length > 3) {
            throw wrong(
                    text,
                    "there are too many colons; write " + FORMS + ", an IPv6 address in brackets");
        }
        int port = number(text, "port", rest[1], 1, 65_535);
        return new BackendArgument(host, port, null, rest.length == 2 ? 1 : weight(text, rest[2]));
    }

    private static BackendArgument unix(String text) {
        String rest = text.substring(UNIX.length());
        int colon = rest.lastIndexOf(':');
        boolean weighted = colon >= 0 && rest.indexOf('/', colon) < 0;
        String path = weighted ? rest.substring(0, colon) : rest;
        if (path.isEmpty()) {
            throw wrong(text, "the path is missing; write unix:PATH[:WEIGHT]");
        }
        int weight = weighted ? weight(text, rest.substring(colon + 1)) : 1;
        return new BackendArgument(null, 0, Path.of(path), weight);
    }

    private static int endOfBrackets(String text) {
        int end = text.indexOf(']');
        if (end < 0) {
            throw wrong(text, "the closing bracket is missing; write [IPV6]:PORT[:WEIGHT]");
        }
        return end + 1;
    }

    void addTo(LoadBalancerBuilder builder) {
        if (path != null) {
            builder.backend(UnixDomainSocketAddress.of(path), weight);
        } else {
            builder.backend(host, port, weight);
        }
    }

    private static int weight(String text, String digits) {
        return number(
                text,
                "weight",
                digits,
                LoadBalancerBuilder.MIN_WEIGHT,
                LoadBalancerBuilder.MAX_WEIGHT);
    }

    private static int number(String text, String what, String digits, int least, int greatest) {
        int value = WholeNumber.parse(digits);
        if (value < least || value > greatest) {
            throw wrong(
                    text,
                    "the "
                            + what
                            + " \""
                            + digits
                            + "\" is not a whole number from "
                            + least
                            + " to "
                            + greatest);
        }
        return value;
    }

    private static IllegalArgumentException wrong(String text, String why) {
        return new IllegalArgumentException("backend " + text + ": " + why);
    }
}
