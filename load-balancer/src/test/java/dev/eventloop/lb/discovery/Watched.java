package dev.eventloop.lb.discovery;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.eventloop.fixture.Await;
import dev.eventloop.lb.BackendOptions;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** Runs {@link DnsBackends} and records its results and log lines. */
final class Watched implements AutoCloseable {
    private final Queue<List<BackendOptions>> results = new ConcurrentLinkedQueue<>();
    private final Queue<String> logged = new ConcurrentLinkedQueue<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(DnsBackends.class);
    private final Level level = logger.getLevel();
    private final AppenderBase<ILoggingEvent> appender;
    private final DnsBackends backends;
    private volatile List<BackendOptions> latest = List.of();

    private Watched(DnsBackends backends) {
        this.backends = backends;
        this.appender =
                new AppenderBase<>() {
                    @Override
                    protected void append(ILoggingEvent event) {
                        logged.add(event.getFormattedMessage());
                    }
                };
        appender.setContext(logger.getLoggerContext());
        appender.start();
        logger.addAppender(appender);
        logger.setAdditive(false);
        logger.setLevel(Level.INFO);
        backends.start(this::onChange);
    }

    /** Waits for the first result, or for the first line in the log. */
    static Watched start(DnsBackends backends) throws Exception {
        Watched watched = new Watched(backends);
        Await.until(
                "an answer or a sentence",
                () -> !watched.results.isEmpty() || !watched.logged.isEmpty());
        return watched;
    }

    private void onChange(List<BackendOptions> backends) {
        latest = backends;
        results.add(backends);
    }

    /** The current backends: name, weight if not 1, {@code ,backup} for backups. */
    List<String> now() {
        return latest.stream().map(Watched::text).toList();
    }

    private static String text(BackendOptions backend) {
        return backend.name()
                + (backend.weight() == 1 ? "" : ":" + backend.weight())
                + (backend.backup() ? ",backup" : "");
    }

    void await(String... names) throws Exception {
        Await.equal(List.of(names), this::now);
    }

    /** How many changes were reported. */
    int changes() {
        return results.size();
    }

    List<String> log() {
        return List.copyOf(logged);
    }

    void awaitLog(int lines) throws Exception {
        Await.until(lines + " lines in " + logged, () -> logged.size() >= lines);
    }

    @Override
    public void close() {
        backends.close();
        logger.detachAppender(appender);
        logger.setAdditive(true);
        logger.setLevel(level);
        appender.stop();
    }
}
