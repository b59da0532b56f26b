package dev.eventloop.lb.admin.http;

import java.nio.charset.StandardCharsets;

/**
 * Parses the head of a request: RFC 9112, sections 3 and 5, without obsolete line folding. A line
 * may end with LF alone.
 */
final class HeadParser {
    private static final int MOST_FIELDS = 100;
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private final String text;
    private final Source source;
    private int at;

    private HeadParser(String text, Source source) {
        this.text = text;
        this.source = source;
    }

    /**
     * @param length of the head, with the empty line at its end
     */
    static HttpRequest parse(byte[] bytes, int length, Source source) throws BadRequestException {
        String text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        return new HeadParser(text, source).head();
    }

    private HttpRequest head() throws BadRequestException {
        String[] parts = line().split(" ", -1);
        if (parts.length != 3 || !isToken(parts[0]) || !isVisible(parts[1])) {
            throw bad("the first line is not METHOD TARGET HTTP/1.1, with single spaces");
        }
        int minor = minorVersion(parts[2]);
        Headers headers = new Headers();
        int fields = 0;
        for (String line = line(); !line.isEmpty(); line = line()) {
            if (++fields > MOST_FIELDS) {
                throw new BadRequestException(
                        431, "there are more than " + MOST_FIELDS + " header fields");
            }
            addField(line, headers);
        }
        return new HttpRequest(parts[0], parts[1], minor, headers, source);
    }

    private String line() {
        int end = text.indexOf('\n', at);
        boolean crlf = end > at && text.charAt(end - 1) == '\r';
        String line = text.substring(at, crlf ? end - 1 : end);
        at = end + 1;
        return line;
    }

    private static int minorVersion(String version) throws BadRequestException {
        return switch (version) {
            case "HTTP/1.0" -> 0;
            case "HTTP/1.1" -> 1;
            default -> {
                if (version.matches("HTTP/\\d\\.\\d")) {
                    throw new BadRequestException(
                            505, version + " is not spoken here; use HTTP/1.1");
                }
                throw bad("the first line does not end with HTTP/1.1");
            }
        };
    }

    private static void addField(String line, Headers headers) throws BadRequestException {
        int colon = line.indexOf(':');
        if (colon < 0 || !isToken(line.substring(0, colon))) {
            throw bad("a header field is not NAME: VALUE, without a space before the colon");
        }
        String value = line.substring(colon + 1).strip();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                throw bad("the header field " + line.substring(0, colon) + " has control bytes");
            }
        }
        headers.add(line.substring(0, colon), value);
    }

    private static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letterOrDigit =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && TOKEN_MARKS.indexOf(c) < 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static boolean isVisible(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    private static BadRequestException bad(String sentence) {
        return new BadRequestException(400, sentence);
    }
}
