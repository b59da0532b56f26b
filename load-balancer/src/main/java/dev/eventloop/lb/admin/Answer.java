package dev.eventloop.lb.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;

/**
 * What a request is answered with.
 *
 * @param contentType null if there is no body
 * @param body sent as UTF-8
 * @param headers besides those that every answer has
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
