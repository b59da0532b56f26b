package dev.eventloop.lb;

import dev.eventloop.net.AddressText;
import java.net.InetSocketAddress;

/**
 * Names of frontends and pools, and addresses, as people write them. For the load balancer and its
 * command.
 */
public final class Names {
    /** What a frontend or a pool is called that was not named. */
    public static final String DEFAULT = "default";

    private Names() {}

    /** {@code 127.0.0.1:80}, {@code [::1]:80} or {@code localhost:80}; never looks a name up. */
    public static String of(InetSocketAddress address) {
        return AddressText.of(address);
    }

    static String of(String host, int port) {
        return AddressText.of(host, port);
    }

    /** Checks a name, which appears in paths of the API, in labels of metrics and in log lines. */
    static String checked(String name, String what) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")) {
            throw new IllegalArgumentException(
                    "the name of the "
                            + what
                            + " \""
                            + name.replaceAll("\\p{Cntrl}", "?")
                            + "\" must be 1 to 64 letters, digits, dots, hyphens and underscores,"
                            + " the first one a letter or a digit");
        }
        return name;
    }
}
