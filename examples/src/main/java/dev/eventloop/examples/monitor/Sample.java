package dev.eventloop.examples.monitor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;

/**
 * The load balancer's figures at one time.
 *
 * @param nanos the time, by this machine's clock
 * @param uptime its uptime in seconds
 * @param accepted connections since its start
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
     * @param state the state set by the operator: up, drain, down
     * @param share the share of new connections, from 0 to 1
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
        /** One word that combines the operator's state and health. */
        String condition() {
            if (!state.equals("up")) {
                return state;
            }
            return healthy ? "up" : "failing";
        }
    }

    /**
     * A closed connection.
     *
     * @param time the time of day, UTC
     */
    record Close(long id, String time, String backend, String story) {}

    /** Returns null for an answer that is not from a load balancer. */
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

    /** The time of day in {@code 2026-11-21T11:03:12.480Z}. */
    private static String timeOfDay(String instant) {
        int day = instant.indexOf('T');
        boolean whole = day > 0 && instant.length() > day + 8;
        return whole ? instant.substring(day + 1, day + 9) : instant;
    }

    /**
     * Replaces control characters, which a terminal obeys, including C1 such as U+009B: names come
     * from outside.
     */
    static String printable(String text) {
        return text.replaceAll("\\p{Cc}", "?");
    }
}
