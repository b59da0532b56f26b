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
 * The command's log: warnings and what else an operator should know, on standard error. Said in
 * Java, not in XML, since Logback takes 40 ms to read five lines of that. Only the command has it:
 * programs that embed the load balancer have a log of their own.
 */
public final class Logging extends LogbackServiceProvider {
    /** Logback's; who names a file of his own gets what that says. */
    private static final String FILE = "logback.configurationFile";

    /** SLF4J's: the provider to take without a look at who else there is. */
    private static final String PROVIDER = "slf4j.provider";

    /** SLF4J's; else it would tell on the terminal which provider it takes. */
    private static final String VERBOSITY = "slf4j.internal.verbosity";

    /** Before the first logger is asked for. */
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
