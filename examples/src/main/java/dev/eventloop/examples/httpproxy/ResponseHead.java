package dev.eventloop.examples.httpproxy;

import java.util.List;

/**
 * The head of a server's answer.
 *
 * @param interim whether another head follows, as after 100 Continue
 * @param forwarded the head to forward
 */
record ResponseHead(boolean interim, String forwarded) {
    static ResponseHead parse(List<String> lines) throws Refusal {
        String first = lines.get(0);
        if (!first.matches("HTTP/1\\.[0-9] [0-9]{3}( .*)?")) {
            throw new Refusal(502, "the server's answer is not HTTP");
        }
        Headers headers;
        try {
            headers = Headers.parse(lines);
        } catch (Refusal e) {
            throw new Refusal(502, "the server's answer is malformed: " + e.getMessage());
        }
        boolean interim = first.charAt("HTTP/1.1 ".length()) == '1';
        StringBuilder head =
                new StringBuilder("HTTP/1.1").append(first.substring(8)).append("\r\n");
        headers.write(head, "");
        head.append("Via: 1.1 eventloop\r\n");
        head.append(interim ? "\r\n" : "Connection: close\r\n\r\n");
        return new ResponseHead(interim, head.toString());
    }
}
