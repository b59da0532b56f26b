package dev.eventloop.lb;

import java.util.List;
import java.util.function.Consumer;

/** Backends that come and go by themselves, such as the addresses behind a DNS name. */
public interface BackendSource extends AutoCloseable {
    /**
     * What distinguishes it from others, {@code "dns:app.internal:9000"}. Where a configuration is
     * read again, one of the same name that is not {@link Object#equals equal} takes over.
     */
    String name();

    /**
     * Begins to look. The first answer is given before this returns, if there is one within a few
     * seconds; later ones whenever something changes, from any thread, one at a time. Each is the
     * whole list: who is not in it any more is drained.
     */
    void start(Consumer<List<BackendOptions>> onChange);

    /** Looks no more. */
    @Override
    void close();
}
