package dev.eventloop.examples.monitor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;

/**
 * What the load balancer said of itself at one time.
 *
 * @param nanos when, by this machine's clock
 * @param uptime its age in seconds
 * @param accepted connections since it was started
 */
record Sample(
        long nanos,
        double uptime,
        boolean ready,
        long accepted,
        long active,
        List<Backend> backends,
        List<Close> closes) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * @param state what the operator wants: up, drain, down
     * @param share of the new connections, from 0 to 1
     * @param failures failed connects and checks
     */
    record Backend(
            String name,
            String state,
            boolean healthy,
            boolean backup,
            int weight,
            double share,
            long active,
            long connections,
            long failures,
            long bytesUp,
            long bytesDown) {
        /** One word for what the operator wants and what is possible. */
        String condition() {
            if (!state.equals("up")) {
                return state;
            }
            return healthy ? "up" : "failing";
        }
    }

    /**
     * A connection that has ended.
     *
     * @param time of day, UTC
     */
    record Close(long id, String time, String backend, String story) {}

    /** Null for what is not the answer of a load balancer. */
    static Sample parse(String json, long nanos) {
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            return null;
        }
        if (root == null
                || !root.path("uptime_seconds").isNumber()
                || !root.path("backends").isArray()) {
            return null;
        }
        List<Backend> backends = new ArrayList<>();
        root.path("backends").forEach(each -> backends.add(backend(each)));
        List<Close> closes = new ArrayList<>();
        root.path("last_closes").forEach(each -> closes.add(close(each)));
        return new Sample(
                nanos,
                root.path("uptime_seconds").asDouble(),
                root.path("ready").asBoolean(),
                root.path("accepted").asLong(),
                root.path("active").asLong(),
                List.copyOf(backends),
                List.copyOf(closes));
    }

    private static Backend backend(JsonNode json) {
        return new Backend(
                printable(json.path("name").asText()),
                printable(json.path("state").asText()),
                json.path("healthy").asBoolean(),
                json.path("backup").asBoolean(),
                json.path("weight").asInt(),
                json.path("share").asDouble(),
                json.path("active").asLong(),
                json.path("connections").asLong(),
                json.path("connect_failures").asLong() + json.path("check_failures").asLong(),
                json.path("bytes_up").asLong(),
                json.path("bytes_down").asLong());
    }

    private static Close close(JsonNode json) {
        return new Close(
                json.path("id").asLong(),
                timeOfDay(printable(json.path("ended_at").asText())),
                printable(json.path("backend").asText("")),
                printable(json.path("story").asText()));
    }

    /** The middle of {@code 2026-11-21T11:03:12.480Z}. */
    private static String timeOfDay(String instant) {
        int day = instant.indexOf('T');
        boolean whole = day > 0 && instant.length() > day + 8;
        return whole ? instant.substring(day + 1, day + 9) : instant;
    }

    /**
     * A terminal obeys control characters, C1 such as U+009B too, and a name of others' choosing
     * may have some.
     */
    static String printable(String text) {
        return text.replaceAll("\\p{Cc}", "?");
    }
}
