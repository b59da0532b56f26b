package dev.eventloop.examples.httpproxy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The header lines of a message to forward: RFC 9110, 7.6. */
final class Headers {
    /** The hop-by-hop headers, in addition to those that {@code Connection} names. */
    private static final Set<String> HOP_BY_HOP =
            Set.of(
                    "connection",
                    "proxy-connection",
                    "keep-alive",
                    "te",
                    "upgrade",
                    "proxy-authenticate",
                    "proxy-authentication-info",
                    "proxy-authorization");

    private final List<String> names = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private final Set<String> dropped = new HashSet<>(HOP_BY_HOP);

    /**
     * @param head all lines, the first of which is not a header
     * @throws Refusal 400 for an invalid line
     */
    static Headers parse(List<String> head) throws Refusal {
        Headers headers = new Headers();
        for (String line : head.subList(1, head.size())) {
            int colon = line.indexOf(':');
            if (colon <= 0 || !line.substring(0, colon).matches("[!#-'*+.^-z|~A-Z0-9-]+")) {
                throw new Refusal(400, "there is a header line without a name");
            }
            headers.add(line.substring(0, colon).toLowerCase(Locale.ROOT), line);
        }
        return headers;
    }

    private void add(String name, String line) {
        names.add(name);
        lines.add(line);
        if (name.equals("connection")) {
            for (String option : value(line).split(",", -1)) {
                dropped.add(option.strip().toLowerCase(Locale.ROOT));
            }
        }
    }

    private static String value(String line) {
        return line.substring(line.indexOf(':') + 1).strip();
    }

    /** The values of all lines of this name. */
    List<String> all(String name) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equals(name)) {
                values.add(value(lines.get(i)));
            }
        }
        return values;
    }

    /**
     * Writes the headers to forward. The framing headers are always forwarded, whatever {@code
     * Connection} names: without them the other side would parse other messages than this proxy.
     *
     * @param but a name to omit, too
     */
    void write(StringBuilder to, String but) {
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            boolean framing = name.equals("content-length") || name.equals("transfer-encoding");
            if (framing || (!dropped.contains(name) && !name.equals(but))) {
                to.append(lines.get(i)).append("\r\n");
            }
        }
    }
}
