package dev.eventloop.lb.command;

import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.lb.config.AllSettings;
import dev.eventloop.lb.config.BadConfigurationException;
import dev.eventloop.lb.config.Changes;
import dev.eventloop.lb.config.Configuration;
import dev.eventloop.lb.config.ConfigurationSource;
import dev.eventloop.lb.config.Setting;
import dev.eventloop.libc.Signals;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What SIGHUP does, one after the other: the access log is opened again, and {@code --config} is
 * read again. What is wrong there changes nothing.
 */
final class Reload {
    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

    private static final String RESTART = " needs a restart";

    /** What the command set up once, beside the load balancer. */
    private static final List<Setting<?>> FIXED =
            List.of(AllSettings.ACCESS_LOG_FORMAT, AllSettings.ADMIN, AllSettings.ADMIN_TOKEN_FILE);

    private final ConfigurationSource source;
    private final Configuration started;
    private final AccessLogFile log;
    private final Semaphore signals = new Semaphore(0);

    /** Whether nobody is about to open the access log again. */
    private final Semaphore reopened = new Semaphore(1);

    private volatile Configuration configuration;
    private volatile boolean ended;

    /**
     * From now on the signal ends nothing.
     *
     * @param log null if there is none
     */
    Reload(ConfigurationSource source, Configuration configuration, AccessLogFile log) {
        this.source = source;
        this.started = configuration;
        this.configuration = configuration;
        this.log = log;
        Signals.handle("SIGHUP", signals::release);
    }

    /** As it was read last. */
    Configuration configuration() {
        return configuration;
    }

    /** Acts on signals, those before this among them, on a thread of its own. */
    void watch(LoadBalancer loadBalancer, Demo demo) {
        Thread thread =
                new Thread(
                        () -> {
                            while (true) {
                                signals.acquireUninterruptibly();
                                signals.drainPermits(); // once is enough for all that have come
                                reload(loadBalancer, demo);
                            }
                        },
                        "reload");
        thread.setDaemon(true);
        thread.start();
    }

    /** The configuration is not read any more; the access log may still be moved. */
    void end() {
        ended = true;
    }

    private void reload(LoadBalancer loadBalancer, Demo demo) {
        Configuration next = source.file() == null || ended ? null : read();
        if (next != null) {
            apply(next, loadBalancer, demo);
        }
        if (log != null) {
            reopen(next == null ? null : next.get(AllSettings.ACCESS_LOG));
        } else if (source.file() == null) {
            LOG.info("SIGHUP has nothing to do: there is neither --config nor --access-log");
        }
    }

    private Configuration read() {
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
            refuse(List.of("the demo begins and ends with the process"));
            return;
        }
        List<String> left = new ArrayList<>();
        try {
            left.addAll(loadBalancer.reload(builder(next, demo)));
        } catch (IOException | IllegalArgumentException e) {
            refuse(List.of(e.getMessage()));
            return;
        }
        configuration = next;
        List<String> changes = Changes.between(before, next);
        LOG.info(
                "{} is read again; {}",
                source.file(),
                changes.isEmpty() ? "it says what it said" : "it differs:");
        changes.forEach(change -> LOG.info("  {}", change));
        left.addAll(leftAlone(next));
        left.forEach(sentence -> LOG.warn("  {}", sentence));
    }

    /** Without the demo's servers, unless they are the backends. */
    private static LoadBalancerBuilder builder(Configuration configuration, Demo demo) {
        LoadBalancerBuilder builder = configuration.builder();
        if (demo != null) {
            demo.addTo(builder);
        }
        return builder;
    }

    private List<String> leftAlone(Configuration next) {
        List<String> sentences = new ArrayList<>();
        for (Setting<?> setting : FIXED) {
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
        LOG.error("{} cannot be taken over, and nothing has changed:", source.file());
        mistakes.forEach(mistake -> LOG.error("  {}", mistake));
    }

    /**
     * @param wanted another name; null for the same
     */
    private void reopen(String wanted) {
        String name = wanted == null ? log.name() : wanted;
        if (!reopened.tryAcquire()) {
            LOG.warn("the access log is still stuck in {}", log.name());
        } else if (!Patience.run("access-log-reopen", () -> reopenNow(name))) {
            LOG.warn("the access log is stuck; it goes on in {} when it is not", name);
        }
    }

    private void reopenNow(String name) {
        try {
            log.reopen(name);
            LOG.info("the access log goes on in {}", name);
        } catch (IOException | IllegalArgumentException e) {
            LOG.error("the access log goes on where it was: {}", e.getMessage());
        } finally {
            reopened.release();
        }
    }
}
