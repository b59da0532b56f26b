package dev.eventloop.lb.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;

/**
 * The response to a request.
 *
 * @param contentType null if there is no body
 * @param body encoded as UTF-8
 * @param headers in addition to those of every response
 */
record Answer(int status, String contentType, String body, Map<String, String> headers) {
    static Answer ok(String contentType, String body) {
        return new Answer(200, contentType, body, Map.of());
    }

    static Answer json(int status, JsonNode content) {
        return new Answer(status, "application/json", content.toString(), Map.of());
    }

    static Answer noContent() {
        return new Answer(204, null, "", Map.of());
    }

    static Answer error(int status, String sentence) {
        return json(status, Json.object().put("error", sentence));
    }

    Answer with(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(headers);
        all.putAll(more);
        return new Answer(status, contentType, body, Map.copyOf(all));
    }
}
