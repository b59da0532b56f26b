package dev.eventloop.events;

/** The kernel's way to say that a process has ended. */
interface ExitSource extends AutoCloseable {
    EventSource describe();

    /**
     * Calls {@link ExitWatch#ended} when its process has ended, once, at the earliest in the next
     * iteration.
     *
     * @return whether the kernel can tell; if not, the JVM must
     */
    boolean add(ExitWatch<?> watch);

    /** Never again. */
    void remove(ExitWatch<?> watch);

    @Override
    void close();
}
