package dev.eventloop.lb.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** Asks the load balancer for its figures, through its admin socket. */
final class Admin {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String REQUEST =
            "GET /api/v1/stats HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    private final Path socket;

    Admin(Path socket) {
        this.socket = socket;
    }

    JsonNode stats() throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            ByteBuffer request = ByteBuffer.wrap(REQUEST.getBytes(StandardCharsets.US_ASCII));
            while (request.hasRemaining()) {
                channel.write(request);
            }
            byte[] answer = Channels.newInputStream(channel).readAllBytes();
            String text = new String(answer, StandardCharsets.UTF_8);
            return JSON.readTree(text.substring(text.indexOf("\r\n\r\n") + 4));
        }
    }

    /** The connections that are open. */
    int active() throws IOException {
        return stats().get("active").asInt();
    }

    /** The names of the backends of all pools. */
    Set<String> backends() throws IOException {
        Set<String> names = new TreeSet<>();
        stats().get("backends").forEach(backend -> names.add(backend.get("name").asText()));
        return names;
    }

    /** How many backends are found to be healthy. */
    int healthy() throws IOException {
        int count = 0;
        for (JsonNode backend : stats().get("backends")) {
            count += backend.get("healthy").asBoolean() ? 1 : 0;
        }
        return count;
    }
}
