package dev.eventloop.lb;

import java.io.IOException;
import java.io.Writer;
import java.lang.invoke.VarHandle;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A line per connection, written by a thread of its own: traffic never waits for the disk. Lines
 * that the disk cannot follow are dropped and counted.
 */
final class AccessLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LoadBalancer.class);
    private static final int CAPACITY = 16 * 1024;

    private final Writer writer;
    private final Clock clock;
    private final MpscAtomicArrayQueue<String> lines = new MpscAtomicArrayQueue<>(CAPACITY);
    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread = new Thread(this::writeLines, "access-log");
    private boolean failing;
    private volatile boolean waiting;
    private volatile boolean closed;

    AccessLog(Writer writer, Clock clock) {
        this.writer = writer;
        this.clock = clock;
        thread.setDaemon(true);
        thread.start();
    }

    /** Called once per connection, on its worker's thread. */
    void write(Connection connection, CloseReason reason) {
        if (!lines.offer(line(connection, reason))) {
            dropped.getAndIncrement();
        }
        VarHandle.fullFence(); // offer is a plain ordered store, which waiting must not overtake
        if (waiting) {
            LockSupport.unpark(thread);
        }
    }

    private String line(Connection connection, CloseReason reason) {
        Attempts attempts = connection.attempts();
        StringBuilder line = new StringBuilder(192);
        line.append(clock.instant().truncatedTo(ChronoUnit.MILLIS));
        line.append(" client=").append(connection.client());
        line.append(" backend=").append(connection.wasConnected() ? attempts.last() : "-");
        line.append(" tried=");
        for (int i = 0; i < attempts.count(); i++) {
            line.append(i == 0 ? "" : ",").append(attempts.get(i));
        }
        line.append(attempts.count() == 0 ? "-" : "");
        appendPerAttempt(line.append(" sent="), attempts, connection.bytesUp());
        appendPerAttempt(line.append(" received="), attempts, connection.bytesDown());
        line.append(" connect_ms=");
        if (connection.wasConnected()) {
            line.append(connection.nanosToConnect() / 1_000_000);
        } else {
            line.append('-');
        }
        line.append(" duration_ms=").append(connection.nanosOpen() / 1_000_000);
        return line.append(" reason=").append(reason).append('\n').toString();
    }

    /** Only the last one can have carried bytes. */
    private static void appendPerAttempt(StringBuilder line, Attempts attempts, long bytes) {
        for (int i = 1; i < attempts.count(); i++) {
            line.append("0,");
        }
        line.append(bytes);
    }

    private void writeLines() {
        while (true) {
            boolean last = closed; // before the last look
            try {
                boolean wrote = false;
                for (String line = lines.poll(); line != null; line = lines.poll()) {
                    writer.write(line);
                    wrote = true;
                }
                reportDropped();
                if (wrote) {
                    writer.flush();
                    failing = false;
                }
            } catch (IOException e) {
                reportFailure(e);
            }
            if (last) {
                return;
            }
            waiting = true;
            if (lines.isEmpty() && !closed) {
                LockSupport.park(this);
            }
            waiting = false;
        }
    }

    /** Once, until writing succeeds again. */
    private void reportFailure(IOException e) {
        if (!failing) {
            failing = true;
            LOG.warn("lines of the access log are lost, it cannot be written: {}", e.getMessage());
        }
    }

    private void reportDropped() {
        long count = dropped.getAndSet(0);
        if (count > 0) {
            LOG.warn("{} lines of the access log were dropped: the disk cannot follow", count);
        }
    }

    /** Writes what is there, and ends. Does not close the writer. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
