package dev.eventloop.lb.command;

import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.lb.admin.Reloading;
import dev.eventloop.lb.config.AllSettings;
import dev.eventloop.lb.config.BadConfigurationException;
import dev.eventloop.lb.config.Changes;
import dev.eventloop.lb.config.Configuration;
import dev.eventloop.lb.config.ConfigurationSource;
import dev.eventloop.lb.config.Setting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the files of the configuration again when SIGHUP or {@code POST /api/v1/reload} asks for
 * it, or with {@code --watch} when one has changed; one at a time. A file with mistakes changes
 * nothing. SIGHUP also reopens the access log, and SIGUSR1 only that.
 */
final class Reload implements Reloading {
    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

    private static final String RESTART = " needs a restart";

    /** Has a permit if a signal has arrived; static, since it may come before there is a Reload. */
    private static final Semaphore SIGNALS = new Semaphore(0);

    private static final AtomicBoolean RELOAD_WANTED = new AtomicBoolean();

    private final ConfigurationSource source;
    private final Configuration started;
    private final LoadBalancer loadBalancer;
    private final Demo demo;
    private final AccessLogReopening accessLog;
    private final Systemd systemd;

    /** Null until the first configuration wants it. */
    private volatile FileWatch files;

    private volatile Configuration configuration;
    private volatile boolean ended;

    /** Why no reload is possible for now; null if one is. */
    private String held;

    private boolean missed;

    /**
     * @param demo null without {@code --demo}
     * @param log null without an access log
     * @param systemd the service manager to notify of reloads
     */
    Reload(
            ConfigurationSource source,
            Configuration configuration,
            LoadBalancer loadBalancer,
            Demo demo,
            AccessLogFile log,
            Systemd systemd) {
        this.source = source;
        this.started = configuration;
        this.configuration = configuration;
        this.loadBalancer = loadBalancer;
        this.demo = demo;
        this.accessLog = new AccessLogReopening(log);
        this.systemd = systemd;
    }

    /** SIGHUP. Any thread, at any time. */
    static void requestReload() {
        RELOAD_WANTED.set(true);
        SIGNALS.release();
    }

    /** SIGUSR1. Any thread, at any time. */
    static void requestReopen() {
        SIGNALS.release();
    }

    /** The configuration is about to be read, and the access log to be opened. */
    static void forgetRequests() {
        SIGNALS.drainPermits();
        RELOAD_WANTED.set(false);
    }

    /** The configuration that was loaded last. */
    Configuration configuration() {
        return configuration;
    }

    /** Handles signals on a new daemon thread, including those that arrived before this call. */
    void watch() {
        watchFiles(configuration);
        Thread thread =
                new Thread(
                        () -> {
                            while (true) {
                                SIGNALS.acquireUninterruptibly();
                                SIGNALS.drainPermits(); // one reload covers all signals so far
                                signalled();
                            }
                        },
                        "reload");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Refuses reloads with this sentence: another process takes over, which has read the files.
     * Waits for one that is running.
     */
    synchronized void hold(String sentence) {
        held = sentence;
    }

    /** The other process does not take over: makes up for a reload that was refused. */
    void goOn() {
        boolean hasMissed;
        synchronized (this) {
            hasMissed = missed;
            held = null;
            missed = false;
        }
        if (hasMissed) {
            requestReload();
        }
    }

    /** Stops reloading the configuration, during a drain; SIGHUP still reopens the access log. */
    void end() {
        ended = true;
        FileWatch watch = files;
        if (watch != null) {
            watch.close();
        }
    }

    private void signalled() {
        if (!RELOAD_WANTED.getAndSet(false)) {
            if (!accessLog.reopen(null)) {
                LOG.info("SIGUSR1 has nothing to do: --access-log is not set");
            }
            return;
        }
        boolean isReloaded = hasFiles() && !ended && reload("SIGHUP").error() == null;
        boolean isReopened =
                accessLog.reopen(isReloaded ? configuration.get(AllSettings.ACCESS_LOG) : null);
        if (!isReopened && !hasFiles()) {
            LOG.info(
                    "SIGHUP has nothing to do: neither --config nor --backends-file nor"
                            + " --access-log is set");
        }
    }

    @Override
    public Result reload() {
        if (!hasFiles()) {
            return Result.refused(
                    "there is no file to read again: neither --config nor --backends-file is set",
                    List.of());
        }
        if (ended) {
            return Result.refused("the load balancer drains, and takes no changes", List.of());
        }
        Result result = reload("POST /api/v1/reload");
        accessLog.reopenIfRenamed(configuration.get(AllSettings.ACCESS_LOG));
        return result;
    }

    /** With {@code --watch}. */
    private void filesChanged(String names) {
        if (!ended) {
            reload(names + " has changed");
            accessLog.reopenIfRenamed(configuration.get(AllSettings.ACCESS_LOG));
        }
    }

    private synchronized void watchFiles(Configuration next) {
        if (files == null && next.get(AllSettings.WATCH)) {
            files = FileWatch.start(this::filesChanged);
        }
        if (files != null) {
            files.watch(next);
        }
    }

    private boolean hasFiles() {
        return !configuration.files().fingerprints().isEmpty();
    }

    private synchronized Result reload(String why) {
        if (held != null) {
            missed = true;
            LOG.warn("{}: {}", why, held);
            return Result.refused(held, List.of());
        }
        LOG.info("{}: {} is read again", why, names());
        systemd.reloading();
        Result result = readAgain();
        systemd.ready(result.error() == null ? "reloaded " + names() : result.error());
        return result;
    }

    /** A failure must not end the thread, which handles the next signal, too. */
    private Result readAgain() {
        try {
            return apply(TimedReading.of(source, names()));
        } catch (BadConfigurationException e) {
            return refuse(e.mistakes());
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error(
                    "the reload of {} failed, which is a bug; a part of it may be in effect",
                    names(),
                    e);
            return Result.refused(
                    "the reload failed, which is a bug: the log has more; a part of it may be in"
                            + " effect",
                    List.of());
        }
    }

    private Result apply(Configuration next) {
        Configuration before = configuration;
        if (!next.get(AllSettings.DEMO).equals(before.get(AllSettings.DEMO))) {
            return refuse(List.of("demo cannot change at run time and needs a restart"));
        }
        List<String> kept = new ArrayList<>();
        try {
            kept.addAll(loadBalancer.reload(builder(next)));
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            return refuse(List.of(e.getMessage()));
        }
        configuration = next;
        watchFiles(next);
        List<String> changes = Changes.between(before, next);
        LOG.info("reloaded {}; {}", names(), changes.isEmpty() ? "no changes" : "changes:");
        changes.forEach(change -> LOG.info("  {}", change));
        kept.addAll(unchanged(next));
        kept.forEach(sentence -> LOG.warn("  {}", sentence));
        next.warnings().forEach(sentence -> LOG.warn("  {}", sentence));
        return new Result(null, List.of(), changes, kept, next.warnings());
    }

    /** Of the files that were read last. */
    private String names() {
        return String.join(", ", configuration.files().fingerprints().keySet());
    }

    /** The builder, with the demo's servers if this is the demo. */
    private LoadBalancerBuilder builder(Configuration next) {
        LoadBalancerBuilder builder = next.builder();
        if (demo != null) {
            demo.addTo(builder);
        }
        return builder;
    }

    private List<String> unchanged(Configuration next) {
        List<String> sentences = new ArrayList<>();
        for (Setting<?> setting : AllSettings.FIXED_OF_COMMAND) {
            String now = started.text(setting);
            if (!now.equals(next.text(setting))) {
                sentences.add(
                        setting.key() + " stays " + now + "; " + next.text(setting) + RESTART);
            }
        }
        String wanted = next.get(AllSettings.ACCESS_LOG);
        String now = accessLog.name();
        if ((wanted == null) != (now == null)) {
            sentences.add(
                    "access-log stays "
                            + (now == null ? "off; " + wanted : now + "; off")
                            + RESTART);
        }
        return sentences;
    }

    private Result refuse(List<String> mistakes) {
        LOG.error("cannot reload {}, nothing has changed:", names());
        mistakes.forEach(mistake -> LOG.error("  {}", mistake));
        return Result.refused("cannot reload " + names() + ", nothing has changed", mistakes);
    }
}
