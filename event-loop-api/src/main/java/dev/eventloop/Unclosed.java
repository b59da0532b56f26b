package dev.eventloop;

import java.lang.ref.Cleaner;

/**
 * Warns of a loop that is garbage-collected without close: its kernel objects and native memory are
 * lost until the process ends. It refers to nothing of the loop, which could else not be collected.
 */
final class Unclosed implements Runnable {
    private static final String TRACE = "eventloop.creation.trace";

    /** Its daemon thread starts with the first loop. */
    private static final Cleaner CLEANER = Cleaner.create();

    private final String backend;

    /** Where the loop was created; null unless the property asks for it. */
    private final Throwable creation;

    private Cleaner.Cleanable cleanable;
    private volatile boolean isClosed;

    private Unclosed(String backend) {
        this.backend = backend;
        this.creation =
                Boolean.getBoolean(TRACE) ? new Throwable("the loop was created here") : null;
    }

    /** Watches a new loop until it is closed or collected. */
    static Unclosed watch(Object loop, String backend) {
        Unclosed unclosed = new Unclosed(backend);
        unclosed.cleanable = CLEANER.register(loop, unclosed);
        return unclosed;
    }

    /** The loop is closed. Any thread. */
    void closed() {
        isClosed = true;
        cleanable.clean(); // forgets this object
    }

    @Override
    public void run() {
        if (isClosed) {
            return;
        }
        String advice =
                creation == null ? "; -D" + TRACE + "=true shows where such a loop is created" : "";
        System.getLogger("dev.eventloop")
                .log(
                        System.Logger.Level.WARNING,
                        "an event loop over "
                                + backend
                                + " was garbage-collected without close(), and its file descriptors"
                                + " and native memory are lost"
                                + advice,
                        creation);
    }
}
