package dev.eventloop.lb.handover;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.eventloop.lb.ListeningSocket;
import dev.eventloop.lb.OperatorState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What one process gives the next.
 *
 * @param pid of the process that gives it
 * @param sockets of the frontends
 * @param adminFd the listening socket of the admin port; -1 for none
 * @param admin the configured address of the admin port, as text
 * @param state what an operator has changed
 */
public record Offer(
        long pid, List<ListeningSocket> sockets, int adminFd, String admin, OperatorState state) {
    /** Of the messages. Another one is refused. */
    static final int VERSION = 1;

    ObjectNode toJson() {
        ObjectNode json = Channel.message();
        json.put("handover", VERSION).put("pid", pid);
        for (ListeningSocket socket : sockets) {
            ObjectNode each = json.withArray("sockets").addObject();
            each.put("frontend", socket.frontend());
            AddressJson.put(each.putObject("address"), socket.address());
            if (socket.configured() != null) {
                AddressJson.put(each.putObject("configured"), socket.configured());
            }
            each.put("v6Only", socket.v6Only());
            each.put("shared", socket.isShared());
            each.put("fds", socket.fds().size());
        }
        if (adminFd >= 0) {
            json.put("admin", admin);
        }
        json.set("state", StateJson.of(state));
        return json;
    }

    /** In the order of the message. */
    List<Integer> fds() {
        List<Integer> all = new ArrayList<>();
        sockets.forEach(socket -> all.addAll(socket.fds()));
        if (adminFd >= 0) {
            all.add(adminFd);
        }
        return all;
    }

    /**
     * @param fds that came with the message
     * @throws IOException if they are not those that it names
     */
    static Offer of(JsonNode json, List<Integer> fds) throws IOException {
        List<ListeningSocket> sockets = new ArrayList<>();
        boolean hasAdmin = json.hasNonNull("admin");
        int next = 0;
        int named = hasAdmin ? 1 : 0;
        for (JsonNode each : json.path("sockets")) {
            named += each.path("fds").asInt();
        }
        if (named != fds.size()) {
            throw new IOException(
                    "the process "
                            + json.path("pid").asLong()
                            + " gave "
                            + named
                            + " sockets, and "
                            + fds.size()
                            + " arrived; the limit of open files (ulimit -n) may be too low");
        }
        for (JsonNode each : json.path("sockets")) {
            int count = each.path("fds").asInt();
            sockets.add(
                    new ListeningSocket(
                            each.path("frontend").asText(),
                            each.has("configured")
                                    ? AddressJson.read(each.path("configured"))
                                    : null,
                            AddressJson.read(each.path("address")),
                            each.path("v6Only").asBoolean(),
                            each.path("shared").asBoolean(),
                            fds.subList(next, next + count)));
            next += count;
        }
        return new Offer(
                json.path("pid").asLong(),
                sockets,
                hasAdmin ? fds.get(next) : -1,
                hasAdmin ? json.path("admin").asText() : null,
                StateJson.read(json.path("state")));
    }
}
