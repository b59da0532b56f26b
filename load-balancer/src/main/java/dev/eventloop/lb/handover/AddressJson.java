package dev.eventloop.lb.handover;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** An address, as JSON: its number, which nobody looks up, and its port. */
final class AddressJson {
    private AddressJson() {}

    static void put(ObjectNode json, InetSocketAddress address) {
        json.put("host", address.getAddress().getHostAddress()).put("port", address.getPort());
    }

    static InetSocketAddress read(JsonNode json) throws IOException {
        InetAddress host = InetAddress.getByName(json.path("host").asText());
        return new InetSocketAddress(host, json.path("port").asInt());
    }
}
