package dev.eventloop.lb;

import java.util.List;
import java.util.function.Consumer;

/** A source of backends that change over time, such as the addresses of a DNS name. */
public interface BackendSource extends AutoCloseable {
    /**
     * Identifies the source, such as {@code "dns:app.internal:9000"}. On a reload, a source of the
     * same name that is not {@link Object#equals equal} replaces it.
     */
    String name();

    /**
     * Starts looking, and returns without waiting for anything. Delivers an answer as soon as there
     * is one, then one on each change, from any thread, one at a time. Each answer is the complete
     * list: backends that are missing from it are drained. A load balancer that starts waits for
     * the first answers, for a second at most; a pool has no backends of a source before its first
     * answer.
     */
    void start(Consumer<List<BackendOptions>> onChange);

    /** Stops looking. */
    @Override
    void close();
}
