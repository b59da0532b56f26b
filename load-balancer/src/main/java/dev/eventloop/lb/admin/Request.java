package dev.eventloop.lb.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import dev.eventloop.lb.Names;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A request of a client. */
final class Request {
    /** The longest body in bytes; valid ones are far shorter. */
    static final int MAX_BODY = 64 * 1024;

    /** RFC 9110, section 9.2.1; other methods change something. */
    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

    private final HttpExchange exchange;
    private final List<String> path;

    Request(HttpExchange exchange) throws Refusal {
        this.exchange = exchange;
        URI uri = exchange.getRequestURI();
        if (uri.getRawAuthority() != null || uri.isAbsolute()) {
            throw Refusal.badRequest(
                    "the request target contains a host; give the path alone, such as"
                            + " /api/v1/backends");
        }
        this.path = split(uri.getRawPath());
    }

    /**
     * Decodes each part by itself, so that an encoded slash ({@code %2F}) stays within its name.
     */
    private static List<String> split(String rawPath) {
        List<String> parts = new ArrayList<>();
        for (String part : rawPath.substring(1).split("/", -1)) {
            // URLDecoder decodes forms, where + is a space.
            parts.add(URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8));
        }
        return parts;
    }

    String method() {
        return exchange.getRequestMethod();
    }

    boolean changesSomething() {
        return !SAFE_METHODS.contains(method());
    }

    /** The parts between the slashes, decoded; one empty part for {@code /}. */
    List<String> path() {
        return path;
    }

    /** The part at an index of the path, decoded. */
    String part(int index) {
        return path.get(index);
    }

    String lastPart() {
        return path.get(path.size() - 1);
    }

    /** The path as sent, not decoded. */
    String rawPath() {
        return exchange.getRequestURI().getRawPath();
    }

    Headers headers() {
        return exchange.getRequestHeaders();
    }

    /**
     * The parameters of the query, decoded.
     *
     * @param known those that the resource accepts
     * @throws Refusal if there is another parameter, or one is given twice
     */
    Map<String, String> parameters(List<String> known) throws Refusal {
        Map<String, String> parameters = new HashMap<>();
        String query = exchange.getRequestURI().getRawQuery();
        if (query == null || query.isEmpty()) {
            return parameters;
        }
        for (String part : query.split("&", -1)) {
            String[] keyAndValue = part.split("=", 2);
            String key = keyAndValue[0];
            if (keyAndValue.length < 2 || !known.contains(key) || parameters.containsKey(key)) {
                throw Refusal.badRequest(
                        "the query \""
                                + query
                                + "\" is not valid; the parameters are "
                                + String.join("=..., ", known)
                                + "=..., each at most once");
            }
            parameters.put(key, URLDecoder.decode(keyAndValue[1], StandardCharsets.UTF_8));
        }
        return parameters;
    }

    /** The body, which must be a JSON object. */
    ObjectNode json() throws Refusal, IOException {
        InputStream in = exchange.getRequestBody();
        byte[] body = in.readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            throw tooLarge();
        }
        return Json.parseObject(body);
    }

    /** Refuses a request whose Content-Length is too large. */
    void refuseIfTooLarge() throws Refusal {
        String length = headers().getFirst("Content-Length");
        // The server has checked that it is a number of at most 19 digits.
        if (length != null && Long.parseLong(length.trim()) > MAX_BODY) {
            throw tooLarge();
        }
    }

    private static Refusal tooLarge() {
        return Refusal.tooLarge(
                "the body is longer than " + MAX_BODY + " bytes, which is the maximum");
    }

    /** For the log, such as {@code "PATCH /api/v1/backends/x from 127.0.0.1:50000"}. */
    @Override
    public String toString() {
        return method() + " " + rawPath() + " from " + Names.of(exchange.getRemoteAddress());
    }
}
