package dev.eventloop.examples.httpserver;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * The target of a request.
 *
 * @param host from an absolute target, {@code http://host/path}; null otherwise
 * @param path the path below the root, decoded, without {@code .} and {@code ..}; empty for the
 *     root
 * @param folder whether it ended with a slash
 */
record Target(String host, String path, boolean folder) {
    private static final String SCHEME = "http://";

    /** Returns null for a malformed target, or one that leaves the root. */
    static Target parse(String target) {
        String host = null;
        String path = target;
        if (target.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            int slash = target.indexOf('/', SCHEME.length());
            int end = slash < 0 ? target.length() : slash;
            host = target.substring(SCHEME.length(), end);
            path = slash < 0 ? "/" : target.substring(slash);
        }
        String decoded = path.startsWith("/") ? decode(withoutQuery(path)) : null;
        return decoded == null || (host != null && host.isEmpty()) ? null : normal(host, decoded);
    }

    private static String withoutQuery(String path) {
        int end = path.length();
        for (char mark : new char[] {'?', '#'}) {
            int at = path.indexOf(mark);
            end = at >= 0 && at < end ? at : end;
        }
        return path.substring(0, end);
    }

    /** Returns null for a percent sign without two digits after it, and for a zero byte. */
    private static String decode(String path) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(path.length());
        for (int i = 0; i < path.length(); i++) {
            int value = path.charAt(i);
            if (value == '%') {
                int high = i + 2 < path.length() ? Character.digit(path.charAt(i + 1), 16) : -1;
                int low = high < 0 ? -1 : Character.digit(path.charAt(i + 2), 16);
                value = low < 0 ? 0 : high * 16 + low;
                i += 2;
            }
            if (value == 0) {
                return null;
            }
            bytes.write(value);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static Target normal(String host, String path) {
        Deque<String> names = new ArrayDeque<>();
        String last = "";
        for (String name : path.split("/", -1)) {
            last = name;
            if (name.equals("..")) {
                if (names.pollLast() == null) {
                    return null;
                }
            } else if (!name.isEmpty() && !name.equals(".")) {
                names.addLast(name);
            }
        }
        boolean folder = last.isEmpty() || last.equals(".") || last.equals("..");
        return new Target(host, String.join("/", names), folder);
    }

    /** The path between slashes, percent-encoded for a header. */
    String location() {
        StringBuilder location = new StringBuilder("/");
        for (byte each : path.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (each & 0xff);
            boolean plain = c < 0x7f && (Character.isLetterOrDigit(c) || "/-._~".indexOf(c) >= 0);
            location.append(plain ? String.valueOf(c) : String.format("%%%02X", (int) c));
        }
        return location.append('/').toString();
    }
}
