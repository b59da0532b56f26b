package dev.eventloop.events;

/** The kernel mechanism that reports the exit of a process. */
interface ExitSource extends AutoCloseable {
    EventSource describe();

    /**
     * Calls {@link ExitWatch#ended} once when the process has exited, in the next iteration of the
     * loop or later.
     *
     * @return false if the kernel cannot watch the process; the JVM must then
     */
    boolean add(ExitWatch<?> watch);

    /** Stops watching. */
    void remove(ExitWatch<?> watch);

    @Override
    void close();
}
