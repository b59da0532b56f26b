package dev.eventloop.examples.monitor;

/** Shows the figures. */
interface Screen extends AutoCloseable {
    /** Shows new figures. */
    void show(Rates rates);

    /** Shows an event, as a sentence. */
    void tell(String news);

    /** The load balancer does not answer; the last figures are out of date. */
    void lost(String why);

    /** Returns whether the output is still open. */
    boolean isOpen();

    /** Restores the terminal. */
    @Override
    void close();
}
