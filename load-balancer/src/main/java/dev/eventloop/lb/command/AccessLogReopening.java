package dev.eventloop.lb.command;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reopens the access log, one time after the other; a disk that hangs keeps nobody for long. */
final class AccessLogReopening {
    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

    /** Null without an access log. */
    private final AccessLogFile log;

    /** Has a permit unless a reopening is running. */
    private final Semaphore free = new Semaphore(1);

    AccessLogReopening(AccessLogFile logOrNull) {
        this.log = logOrNull;
    }

    /** The name that was opened last; null without an access log. */
    String name() {
        return log == null ? null : log.name();
    }

    /**
     * Reopens it; false without an access log.
     *
     * @param wanted the new name; null for the same one
     */
    boolean reopen(String wanted) {
        if (log == null) {
            return false;
        }
        String name = wanted == null ? log.name() : wanted;
        if (!free.tryAcquire()) {
            LOG.warn("the access log is not reopened: an earlier reopening has not ended");
        } else if (!TimeLimit.run("access-log-reopen", () -> reopenNow(name))) {
            LOG.warn("reopening the access log as {} takes long; the disk may hang", name);
        }
        return true;
    }

    /** Reopens it if it has another name now. */
    void reopenIfRenamed(String wanted) {
        if (log != null && wanted != null && !wanted.equals(log.name())) {
            reopen(wanted);
        }
    }

    private void reopenNow(String name) {
        try {
            log.reopen(name);
            LOG.info("access log reopened: {}", name);
        } catch (IOException | IllegalArgumentException e) {
            LOG.error("the access log stays in the previous file: {}", e.getMessage());
        } finally {
            free.release();
        }
    }
}
