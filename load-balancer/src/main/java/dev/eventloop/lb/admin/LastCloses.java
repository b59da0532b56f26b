package dev.eventloop.lb.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.eventloop.lb.ClosedConnection;
import dev.eventloop.lb.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** A ring of the last closed connections. The worker threads write to it without a lock. */
final class LastCloses {
    private static final int KEPT = 100;

    private final AtomicReferenceArray<ClosedConnection> ring = new AtomicReferenceArray<>(KEPT);
    private final AtomicLong next = new AtomicLong();

    void add(ClosedConnection connection) {
        ring.set((int) (next.getAndIncrement() % KEPT), connection);
    }

    /** The connections, newest first. */
    List<ClosedConnection> newestFirst() {
        List<ClosedConnection> found = new ArrayList<>(KEPT);
        for (int i = 0; i < KEPT; i++) {
            ClosedConnection connection = ring.get(i);
            if (connection != null) {
                found.add(connection);
            }
        }
        found.sort(
                Comparator.comparing(ClosedConnection::endedAt)
                        .thenComparing(ClosedConnection::id)
                        .reversed());
        return found;
    }

    /** The connections as a JSON array, newest first. */
    ArrayNode toJson() {
        ArrayNode list = Json.object().arrayNode(KEPT);
        newestFirst().forEach(connection -> list.add(toJson(connection)));
        return list;
    }

    private static ObjectNode toJson(ClosedConnection connection) {
        ObjectNode json = Json.object();
        json.put("id", connection.id());
        json.put("ended_at", connection.endedAt().toString());
        json.put("client", Names.of(connection.client()));
        json.put("frontend", connection.frontend());
        json.put("pool", connection.pool());
        json.put("backend", connection.backend());
        ArrayNode tried = json.putArray("tried");
        connection.tried().forEach(tried::add);
        json.put("bytes_up", connection.bytesUp());
        json.put("bytes_down", connection.bytesDown());
        putSeconds(json, "connect_seconds", connection.connectTime());
        putSeconds(json, "first_byte_seconds", connection.firstByteTime());
        putSeconds(json, "duration_seconds", connection.duration());
        json.put("reason", connection.reason().toString());
        json.put("story", CloseStory.of(connection));
        return json;
    }

    private static void putSeconds(ObjectNode json, String key, Duration time) {
        if (time == null) {
            json.putNull(key);
        } else {
            json.put(key, time.toNanos() / 1e9);
        }
    }
}
