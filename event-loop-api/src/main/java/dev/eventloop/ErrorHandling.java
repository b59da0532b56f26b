package dev.eventloop;

import java.io.IOException;
import java.util.function.Consumer;

/** What happens to an exception of a callback, timer or task: the error handler, or run throws. */
final class ErrorHandling {
    private final Consumer<? super Throwable> errorHandler;

    /**
     * @param errorHandler null for none
     */
    ErrorHandling(Consumer<? super Throwable> errorHandler) {
        this.errorHandler = errorHandler;
    }

    /** Passes the exception to the error handler; throws it if there is none. */
    void handle(Throwable thrown) throws IOException {
        if (errorHandler == null) {
            rethrow(thrown);
        } else {
            errorHandler.accept(thrown);
        }
    }

    /** Runs a task, and handles what it throws. */
    void run(Runnable task) throws IOException {
        try {
            task.run();
        } catch (Throwable thrown) {
            handle(thrown);
        }
    }

    /** As {@link #run}, but ignores the exception that says that the loop is closed. */
    void runLast(Runnable task) throws IOException {
        try {
            task.run();
        } catch (Throwable thrown) {
            if (!Ownership.saysClosed(thrown)) { // such as a task that posts itself again
                handle(thrown);
            }
        }
    }

    /** The earlier exception, with the later one suppressed. */
    static Throwable first(Throwable earlier, Throwable later) {
        if (earlier == null || earlier == later) {
            return later;
        }
        earlier.addSuppressed(later);
        return earlier;
    }

    static void rethrow(Throwable thrown) throws IOException {
        ErrorHandling.<IOException>throwAsItIs(thrown);
    }

    /**
     * Throws any exception as it is. A callback in Kotlin, Scala or Groovy, or one that throws by a
     * generic cast as here, may throw a checked exception that it does not declare.
     *
     * @param <T> what the caller declares
     */
    @SuppressWarnings("unchecked") // the cast is erased
    static <T extends Throwable> void throwAsItIs(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
