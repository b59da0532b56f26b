package dev.eventloop.lb.pool;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes backends that fail out of use, and brings them back. Any thread, also event loops. */
final class Outages {
    private static final Logger LOG = LoggerFactory.getLogger(Pool.class);

    private final Pool pool;
    private final Roster roster;
    private final Tables tables;

    Outages(Pool pool, Roster roster, Tables tables) {
        this.pool = pool;
        this.roster = roster;
        this.tables = tables;
    }

    /**
     * A connect, or a health check, has succeeded.
     *
     * @param now nanoseconds, of the pool's clock
     */
    void succeeded(Backend backend, long now) {
        boolean failing = backend.health().failures() > 0;
        if (backend.health().succeeded(pool.health().rise(), now)) {
            hasChanged(backend);
            LOG.info("backend {} is up; {}", pool.label(backend.name()), roster.upSentence());
        } else if (failing && backend.isHealthy()) {
            LOG.info("backend {} accepts connections again", pool.label(backend.name()));
        }
    }

    /** A connect, or a health check, has failed; {@code why} is for the log. */
    void failed(Backend backend, String why) {
        if (backend.health().failed(pool.health().fall())) {
            hasChanged(backend);
            LOG.warn(
                    "backend {} is down after {} failures in a row, the last one: {}; {}",
                    pool.label(backend.name()),
                    pool.health().fall(),
                    why,
                    roster.upSentence());
            pool.watcher().wentDown(backend);
        }
    }

    /** Notes whether the backend is up, before the next table is built. */
    void recount(Backend backend) {
        if (roster.count(backend) && !backend.isBackup()) {
            tables.notePrimaryUp();
        }
    }

    private void hasChanged(Backend backend) {
        recount(backend);
        tables.replaceSoon();
        pool.watcher().changed(List.of(backend));
    }
}
