package dev.eventloop.lb.pool;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The current {@link Table} of a pool, and its replacement after changes. Changes that come while a
 * table is built share the next one.
 */
final class Tables {
    private static final Logger LOG = LoggerFactory.getLogger(Pool.class);

    /** With more backends, changes of the operator share builds, too. */
    private static final int MANY = 1_000;

    private final Pool pool;
    private final Roster roster;
    private final Builds builds;
    private final TableBuilder builder;

    private volatile Table table = Table.EMPTY;
    private volatile boolean inSlowStart;

    /** Whether the next table is the first one that has a primary which is up again. */
    private final AtomicBoolean primaryIsUp = new AtomicBoolean();

    /** How many changes there were, and how many of them the table has. */
    private final AtomicLong changes = new AtomicLong();

    private volatile long built;

    /** Whether a build that nobody waits for is on its way. */
    private final AtomicBoolean isDue = new AtomicBoolean();

    Tables(Pool pool, Roster roster, Builds builds, LongSupplier clock) {
        this.pool = pool;
        this.roster = roster;
        this.builds = builds;
        this.builder = new TableBuilder(clock);
    }

    /** The next table has a primary that is up again, which the watcher is then told. */
    void notePrimaryUp() {
        primaryIsUp.set(true);
    }

    Table current() {
        return table;
    }

    boolean isInSlowStart() {
        return inSlowStart;
    }

    /**
     * Replaces the table, and waits for it, unless there are so many backends that it takes its
     * time: somebody may be adding thousands one by one. Not on an event loop.
     */
    void replaceNow() {
        if (roster.size() > MANY && table != Table.EMPTY) {
            replaceSoon();
        } else {
            changes.getAndIncrement();
            builds.now(this::build);
        }
    }

    /** Replaces the table soon. Any thread. */
    void replaceSoon() {
        changes.getAndIncrement();
        continueSoon();
    }

    /** Replaces a table whose schedule is about to end. Any thread. */
    void continueSoon() {
        if (isDue.compareAndSet(false, true)) {
            builds.soon(
                    () -> {
                        isDue.set(false);
                        build();
                    });
        }
    }

    private synchronized void build() {
        long wanted = changes.get();
        if (wanted == built && !table.isNearEnd()) {
            return; // another build had these changes, too
        }
        boolean tellUp = primaryIsUp.getAndSet(false); // who sets it now calls for another build
        try {
            List<Backend> leaving = roster.leaving();
            Table next = builder.build(roster.all(), pool.kind(), pool.health().slowStart());
            builder.catchUp(next);
            table = next;
            built = wanted;
            inSlowStart = builder.isInSlowStart();
            roster.left(leaving);
        } catch (RuntimeException | Error e) {
            LOG.error("a pool's table could not be built; the old one stays in use", e);
            return;
        }
        if (tellUp) {
            pool.watcher().primaryIsUp();
        }
        if (inSlowStart) {
            pool.watcher().startsSlowly();
        }
    }
}
