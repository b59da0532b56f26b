package dev.eventloop.examples.httpproxy;

import java.util.List;

/**
 * What a server answers, on its way to the client.
 *
 * @param interim whether another head follows: 100 Continue and the like
 * @param forwarded the head as it goes on
 */
record ResponseHead(boolean interim, String forwarded) {
    static ResponseHead parse(List<String> lines) throws Refusal {
        String first = lines.get(0);
        if (!first.matches("HTTP/1\\.[0-9] [0-9]{3}( .*)?")) {
            throw new Refusal(502, "what the server answers is not HTTP");
        }
        Headers headers;
        try {
            headers = Headers.parse(lines);
        } catch (Refusal e) {
            throw new Refusal(502, "what the server answers is malformed: " + e.getMessage());
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
