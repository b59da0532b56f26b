package dev.eventloop.lb.handover;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Asks the process that runs to start the next one. */
public final class NextProcess {
    /** Longer than a process may take until it is ready. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private NextProcess() {}

    /**
     * Returns the id of the process that has taken over.
     *
     * @throws IOException if none has; with a sentence for the user
     */
    public static long start(Path path) throws IOException {
        try (Channel channel = Predecessor.connect(path)) {
            if (channel == null) {
                throw new IOException(
                        "no load balancer listens at "
                                + path
                                + "; start one with --handover "
                                + path);
            }
            JsonNode answer = channel.ask("start", PATIENCE);
            if (answer == null) {
                throw new IOException("the process at " + path + " has ended");
            }
            return answer.path("pid").asLong();
        }
    }
}
