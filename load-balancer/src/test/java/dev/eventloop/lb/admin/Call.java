package dev.eventloop.lb.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.eventloop.fixture.Peer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A raw HTTP request with arbitrary headers: the JDK's clients do not allow a wrong Host or Origin.
 */
final class Call {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final int port;
    private final String method;
    private final String target;
    private final Map<String, List<String>> headers = new TreeMap<>();
    private byte[] body = new byte[0];

    private Call(int port, String method, String target) {
        this.port = port;
        this.method = method;
        this.target = target;
        header("Host", "127.0.0.1:" + port);
        header("Connection", "close");
        if (!method.equals("GET") && !method.equals("HEAD")) {
            header("Content-Type", "application/json");
        }
    }

    static Call of(AdminServer admin, String method, String target) {
        return new Call(admin.port(), method, target);
    }

    static Call get(AdminServer admin, String target) {
        return of(admin, "GET", target);
    }

    /** Sets a header to these values; without values, removes it. */
    Call header(String name, String... values) {
        headers.put(name, List.of(values));
        return this;
    }

    Call token(String token) {
        return header("Authorization", "Bearer " + token);
    }

    Call body(String text) {
        return body(text.getBytes(StandardCharsets.UTF_8));
    }

    Call body(byte[] bytes) {
        body = bytes;
        return header("Content-Length", Integer.toString(bytes.length));
    }

    /** Sends the request and reads the response to EOF. */
    Response send() throws IOException {
        try (Peer peer = Peer.connect(port)) {
            peer.send(head()).send(body);
            return Response.parse(peer.readToEnd());
        }
    }

    /** The request without its body. */
    String head() {
        List<String> lines = new ArrayList<>();
        lines.add(method + " " + target + " HTTP/1.1");
        headers.forEach((name, values) -> values.forEach(value -> lines.add(name + ": " + value)));
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    @Override
    public String toString() {
        return method
                + " "
                + target
                + " "
                + headers
                + " "
                + new String(body, StandardCharsets.UTF_8);
    }

    /**
     * A response.
     *
     * @param headers by lower-case name
     */
    record Response(int status, Map<String, String> headers, String body) {
        static Response parse(byte[] bytes) {
            String all = new String(bytes, StandardCharsets.UTF_8);
            int end = all.indexOf("\r\n\r\n");
            if (end < 0) {
                throw new AssertionError("not an HTTP response: \"" + all + "\"");
            }
            String[] lines = all.substring(0, end).split("\r\n", -1);
            Map<String, String> headers = new TreeMap<>();
            for (int i = 1; i < lines.length; i++) {
                String[] parts = lines[i].split(": ", 2);
                headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1]);
            }
            int status = Integer.parseInt(lines[0].split(" ", -1)[1]);
            return new Response(status, headers, all.substring(end + 4));
        }

        JsonNode json() throws IOException {
            return JSON.readTree(body);
        }

        /** The sentence of an error response; fails if it is not an error. */
        String error() throws IOException {
            JsonNode json = json();
            if (json.size() != 1 || !json.path("error").isTextual()) {
                throw new AssertionError("not an API error: " + this);
            }
            return json.get("error").textValue();
        }
    }
}
