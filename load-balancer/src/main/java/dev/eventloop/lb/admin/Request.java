package dev.eventloop.lb.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.eventloop.lb.admin.http.Headers;
import dev.eventloop.lb.admin.http.HttpRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A request of a client. */
final class Request {
    /** RFC 9110, section 9.2.1; other methods change something. */
    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

    /** The longest target in the log. */
    private static final int MAX_LOGGED = 200;

    private final HttpRequest request;
    private final URI uri;
    private final List<String> path;

    Request(HttpRequest request) throws Refusal {
        this.request = request;
        this.uri = parse(request.target());
        if (request.target().startsWith("//")) { // RFC 3986, section 4.2
            throw Refusal.badRequest(
                    "the request target contains a host; give the path alone, such as"
                            + " /api/v1/backends");
        }
        this.path = split(uri.getRawPath());
    }

    private static URI parse(String target) throws Refusal {
        try {
            if (target.startsWith("/")) {
                return new URI(target);
            }
        } catch (URISyntaxException e) {
            throw Refusal.badRequest("the request target is not a URL: " + e.getReason());
        }
        throw Refusal.badRequest(
                "the request target does not begin with a slash; give the path alone, such as"
                        + " /api/v1/backends");
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
        return request.method();
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
        return uri.getRawPath();
    }

    Headers headers() {
        return request.headers();
    }

    /**
     * The parameters of the query, decoded.
     *
     * @param known those that the resource accepts
     * @throws Refusal if there is another parameter, or one is given twice
     */
    Map<String, String> parameters(List<String> known) throws Refusal {
        Map<String, String> parameters = new HashMap<>();
        String query = uri.getRawQuery();
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

    byte[] body() {
        return request.body();
    }

    /** The body, which must be a JSON object. */
    ObjectNode json() throws Refusal {
        return Json.parseObject(body());
    }

    /** For the log, such as {@code "PATCH /api/v1/backends/x from 127.0.0.1:50000"}. */
    @Override
    public String toString() {
        return shown(request);
    }

    /** As {@link #toString}, also of a request that is refused as a whole. */
    static String shown(HttpRequest request) {
        String target = request.target();
        String shown =
                target.length() <= MAX_LOGGED ? target : target.substring(0, MAX_LOGGED) + "...";
        return request.method() + " " + shown + " from " + request.source().name();
    }
}
