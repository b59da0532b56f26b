package dev.eventloop.lb.admin;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs a line for each change that was refused to somebody who may not make it. At most some lines
 * a minute, so that a flood does not fill the log; the next line says how many were left out. For
 * one thread.
 */
final class Alarm {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);

    private static final int LINES_PER_MINUTE = 20;
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private long minuteBegan = System.nanoTime();
    private int lines;
    private long leftOut;

    /**
     * @param request as the log shows it
     * @param why a sentence
     */
    void refused(String request, String why) {
        long now = System.nanoTime();
        if (now - minuteBegan >= MINUTE) {
            minuteBegan = now;
            lines = 0;
        }
        if (lines == LINES_PER_MINUTE) {
            leftOut++;
            return;
        }
        lines++;
        LOG.warn("refused a change: {}: {}{}", request, why, others());
        leftOut = 0;
    }

    private String others() {
        return leftOut == 0 ? "" : "; before it, " + leftOut + " others were not logged";
    }
}
