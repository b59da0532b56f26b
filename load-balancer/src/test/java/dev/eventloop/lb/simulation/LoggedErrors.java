package dev.eventloop.lb.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import dev.eventloop.lb.LoadBalancer;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/** Passes the log of the load balancer to the run of the logging thread instead of the console. */
final class LoggedErrors extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private static final ThreadLocal<Consumer<ILoggingEvent>> LISTENER = new ThreadLocal<>();
    private final Logger logger =
            (Logger) LoggerFactory.getLogger(LoadBalancer.class.getPackageName());
    private final Level level = logger.getLevel();

    LoggedErrors(boolean everything) {
        setContext(logger.getLoggerContext());
        start();
        logger.addAppender(this);
        logger.setAdditive(false);
        logger.setLevel(everything ? Level.INFO : Level.ERROR);
    }

    /** Sets the listener for events logged by this thread; null for none. */
    static void listen(Consumer<ILoggingEvent> listener) {
        LISTENER.set(listener);
    }

    static Throwable cause(ILoggingEvent event) {
        return event.getThrowableProxy() instanceof ThrowableProxy proxy
                ? proxy.getThrowable()
                : null;
    }

    @Override
    protected void append(ILoggingEvent event) {
        Consumer<ILoggingEvent> listener = LISTENER.get();
        if (listener != null) {
            listener.accept(event);
        }
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        logger.setAdditive(true);
        logger.setLevel(level);
        stop();
    }
}
