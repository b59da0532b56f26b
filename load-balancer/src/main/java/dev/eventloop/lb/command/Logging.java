package dev.eventloop.lb.command;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LogbackServiceProvider;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;

/**
 * The log of the command, on standard error, from INFO up. Configured in Java, because Logback
 * takes 40 ms to read five lines of XML. Only the command uses it; programs that embed the load
 * balancer configure their own logging.
 */
public final class Logging extends LogbackServiceProvider {
    /** Logback's property; if it names a file, that file configures the log. */
    private static final String FILE = "logback.configurationFile";

    /** SLF4J's property: the provider to use without searching for others. */
    private static final String PROVIDER = "slf4j.provider";

    /** SLF4J's property: suppresses the message that names the provider. */
    private static final String VERBOSITY = "slf4j.internal.verbosity";

    /** Selects this configuration. Call it before the first logger is created. */
    static void choose() {
        if (System.getProperty(FILE) == null && System.getProperty(PROVIDER) == null) {
            System.setProperty(PROVIDER, Logging.class.getName());
            System.setProperty(VERBOSITY, "WARN");
        }
    }

    @Override
    public void initialize() {
        LoggerContext context = (LoggerContext) getLoggerFactory();
        context.setMDCAdapter((LogbackMDCAdapter) getMDCAdapter());
        PatternLayoutEncoder line = new PatternLayoutEncoder();
        line.setContext(context);
        line.setPattern("%d{HH:mm:ss.SSS} %-5level %msg%n");
        line.start();
        ConsoleAppender<ILoggingEvent> stderr = new ConsoleAppender<>();
        stderr.setContext(context);
        stderr.setTarget("System.err");
        stderr.setEncoder(line);
        stderr.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(stderr);
        context.start();
    }
}
