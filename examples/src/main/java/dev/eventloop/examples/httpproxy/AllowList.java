package dev.eventloop.examples.httpproxy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The allowed destinations, matched by the requested name: {@code example.org}, {@code
 * *.example.org} (without {@code example.org} itself) or {@code *}, each on ports 80 and 443, on
 * the port that follows, or on any port, {@code example.org:*}.
 */
final class AllowList {
    /** Allows everything. */
    static final AllowList ALL = new AllowList(List.of(new Rule("*", "*")));

    private final List<Rule> rules;

    private AllowList(List<Rule> rules) {
        this.rules = rules;
    }

    private record Rule(String host, String port) {
        boolean fits(Authority authority) {
            boolean byPort =
                    switch (port) {
                        case "*" -> true;
                        case "" -> authority.port() == 80 || authority.port() == 443;
                        default -> port.equals(Integer.toString(authority.port()));
                    };
            boolean byHost =
                    host.startsWith("*")
                            ? authority.host().endsWith(host.substring(1))
                            : authority.host().equals(host);
            return byPort && byHost;
        }
    }

    /**
     * @throws IllegalArgumentException for an invalid rule
     */
    static AllowList of(List<String> patterns) {
        List<Rule> rules = new ArrayList<>();
        for (String pattern : patterns) {
            rules.add(rule(pattern));
        }
        return new AllowList(List.copyOf(rules));
    }

    private static Rule rule(String pattern) {
        int colon = pattern.lastIndexOf(':');
        boolean hasPort = colon > pattern.lastIndexOf(']');
        String host = hasPort ? pattern.substring(0, colon) : pattern;
        String port = hasPort ? pattern.substring(colon + 1) : "";
        boolean v6 = host.startsWith("[") && host.endsWith("]");
        String name = v6 ? host.substring(1, host.length() - 1) : host;
        boolean right =
                name.matches(v6 ? "[0-9a-fA-F:.]+" : "\\*|(\\*\\.)?[0-9a-zA-Z_-][0-9a-zA-Z._-]*")
                        && (!hasPort || port.matches("\\*|[1-9][0-9]*"))
                        && (!hasPort || port.equals("*") || Authority.port(port) > 0);
        if (!right) {
            throw new IllegalArgumentException(
                    "--allow "
                            + pattern
                            + " is not a host; give example.org, *.example.org or *, optionally"
                            + " followed by a colon and a port or *");
        }
        return new Rule(name.toLowerCase(Locale.ROOT), port);
    }

    boolean allows(Authority authority) {
        for (Rule rule : rules) {
            if (rule.fits(authority)) {
                return true;
            }
        }
        return false;
    }
}
