package dev.eventloop.examples.monitor;

/** Where it is shown. */
interface Screen extends AutoCloseable {
    /** Fresh figures. */
    void show(Rates rates);

    /** Something has happened that people should know of: a sentence. */
    void tell(String news);

    /** The load balancer can't be asked; what was shown last is no longer so. */
    void lost(String why);

    /** Whether anybody can still see it. */
    boolean isOpen();

    /** Leaves the terminal as it was. */
    @Override
    void close();
}
