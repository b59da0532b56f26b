package dev.eventloop.lb.command;

import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerBuilder;
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
 * Handles SIGHUP, one signal at a time: reloads {@code --config} and reopens the access log. A file
 * with mistakes changes nothing. SIGUSR1 only reopens the access log.
 */
final class Reload {
    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

    private static final String RESTART = " needs a restart";

    /** Has a permit if a signal has arrived; static, since it may come before there is a Reload. */
    private static final Semaphore SIGNALS = new Semaphore(0);

    private static final AtomicBoolean RELOAD_WANTED = new AtomicBoolean();

    private final ConfigurationSource source;
    private final Configuration started;
    private final AccessLogFile log;

    /** Has a permit unless a reopen of the access log is running. */
    private final Semaphore reopened = new Semaphore(1);

    private volatile Configuration configuration;
    private volatile boolean ended;

    /**
     * @param log null without an access log
     */
    Reload(ConfigurationSource source, Configuration configuration, AccessLogFile log) {
        this.source = source;
        this.started = configuration;
        this.configuration = configuration;
        this.log = log;
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
    void watch(LoadBalancer loadBalancer, Demo demo) {
        Thread thread =
                new Thread(
                        () -> {
                            while (true) {
                                SIGNALS.acquireUninterruptibly();
                                SIGNALS.drainPermits(); // one reload covers all signals so far
                                reloadOrLog(loadBalancer, demo);
                            }
                        },
                        "reload");
        thread.setDaemon(true);
        thread.start();
    }

    /** Stops reloading the configuration, during a drain; SIGHUP still reopens the access log. */
    void end() {
        ended = true;
    }

    /** A failure must not end the thread, which handles the next signal, too. */
    private void reloadOrLog(LoadBalancer loadBalancer, Demo demo) {
        try {
            reload(loadBalancer, demo);
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error(
                    "the reload of {} failed, which is a bug; a part of it may be in effect",
                    source.file(),
                    e);
        }
    }

    private void reload(LoadBalancer loadBalancer, Demo demo) {
        if (!RELOAD_WANTED.getAndSet(false)) {
            reopenOnly();
            return;
        }
        Configuration next = source.file() == null || ended ? null : read();
        if (next != null) {
            apply(next, loadBalancer, demo);
        }
        if (log != null) {
            reopen(next == null ? null : next.get(AllSettings.ACCESS_LOG));
        } else if (source.file() == null) {
            LOG.info("SIGHUP has nothing to do: neither --config nor --access-log is set");
        }
    }

    private void reopenOnly() {
        if (log == null) {
            LOG.info("SIGUSR1 has nothing to do: --access-log is not set");
        } else {
            reopen(null);
        }
    }

    private Configuration read() {
        LOG.info("SIGHUP: {} is read again", source.file());
        try {
            return source.read();
        } catch (BadConfigurationException e) {
            refuse(e.mistakes());
            return null;
        }
    }

    private void apply(Configuration next, LoadBalancer loadBalancer, Demo demo) {
        Configuration before = configuration;
        if (!next.get(AllSettings.DEMO).equals(before.get(AllSettings.DEMO))) {
            refuse(List.of("demo cannot change at run time and needs a restart"));
            return;
        }
        List<String> unchanged = new ArrayList<>();
        try {
            unchanged.addAll(loadBalancer.reload(builder(next, demo)));
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            refuse(List.of(e.getMessage()));
            return;
        }
        configuration = next;
        List<String> changes = Changes.between(before, next);
        LOG.info("reloaded {}; {}", source.file(), changes.isEmpty() ? "no changes" : "changes:");
        changes.forEach(change -> LOG.info("  {}", change));
        unchanged.addAll(unchanged(next));
        unchanged.forEach(sentence -> LOG.warn("  {}", sentence));
        next.warnings().forEach(sentence -> LOG.warn("  {}", sentence));
    }

    /** The builder, with the demo's servers if this is the demo. */
    private static LoadBalancerBuilder builder(Configuration configuration, Demo demo) {
        LoadBalancerBuilder builder = configuration.builder();
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
        if ((wanted == null) != (log == null)) {
            sentences.add(
                    "access-log stays "
                            + (log == null ? "off; " + wanted : log.name() + "; off")
                            + RESTART);
        }
        return sentences;
    }

    private void refuse(List<String> mistakes) {
        LOG.error("cannot reload {}, nothing has changed:", source.file());
        mistakes.forEach(mistake -> LOG.error("  {}", mistake));
    }

    /**
     * @param wanted the new name; null to reopen the same file
     */
    private void reopen(String wanted) {
        String name = wanted == null ? log.name() : wanted;
        if (!reopened.tryAcquire()) {
            LOG.warn("the access log is not reopened: an earlier reopening has not ended");
        } else if (!TimeLimit.run("access-log-reopen", () -> reopenNow(name))) {
            LOG.warn("reopening the access log as {} takes long; the disk may hang", name);
        }
    }

    private void reopenNow(String name) {
        try {
            log.reopen(name);
            LOG.info("access log reopened: {}", name);
        } catch (IOException | IllegalArgumentException e) {
            LOG.error("the access log stays in the previous file: {}", e.getMessage());
        } finally {
            reopened.release();
        }
    }
}
