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

    /** The earlier exception, with the later one suppressed. */
    static Throwable first(Throwable earlier, Throwable later) {
        if (earlier == null || earlier == later) {
            return later;
        }
        earlier.addSuppressed(later);
        return earlier;
    }

    /**
     * Throws any exception as it is. A callback in Kotlin, Scala or Groovy, or one that throws by a
     * generic cast as here, may throw a checked exception that it does not declare.
     */
    static void rethrow(Throwable thrown) throws IOException {
        ErrorHandling.<IOException>throwUnchecked(thrown);
    }

    @SuppressWarnings("unchecked") // the cast is erased: the caller's throws clause is all it affects
    private static <T extends Throwable> void throwUnchecked(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
