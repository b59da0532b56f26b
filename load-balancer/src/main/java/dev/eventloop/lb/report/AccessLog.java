package dev.eventloop.lb.report;

import dev.eventloop.lb.AccessLogEvent;
import dev.eventloop.lb.AccessLogFormat;
import dev.eventloop.lb.ClosedConnection;
import dev.eventloop.lb.ConnectionLog;
import dev.eventloop.lb.LinesLostException;
import dev.eventloop.lb.OpenedConnection;
import java.io.IOException;
import java.io.Writer;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A line per connection, written by a thread of its own: traffic never waits for the disk. If the
 * disk is too slow or full, lines are dropped and counted.
 */
public final class AccessLog implements ConnectionLog, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
    private static final int CAPACITY = 16 * 1024;
    private static final int LINES_PER_FLUSH = 64;
    private static final Duration CLOSE_TIME = Duration.ofSeconds(3);

    private final Writer writer;
    private final AccessLogFormat format;
    private final Set<AccessLogEvent> events;
    private final MpscAtomicArrayQueue<Record> connections = new MpscAtomicArrayQueue<>(CAPACITY);
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong droppedInAll = new AtomicLong();
    private final Thread thread = new Thread(this::writeLines, "access-log");
    private boolean failing;
    private volatile boolean waiting;
    private volatile boolean closed;

    /**
     * @param writer takes the lines; not closed
     */
    public AccessLog(Writer writer, AccessLogFormat format, Set<AccessLogEvent> events) {
        this.writer = writer;
        this.format = format;
        this.events = Set.copyOf(events);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public boolean has(AccessLogEvent event) {
        return events.contains(event);
    }

    @Override
    public void opened(OpenedConnection connection) {
        enqueue(connection);
    }

    @Override
    public void closed(ClosedConnection connection) {
        enqueue(connection);
    }

    private void enqueue(Record connection) {
        if (!connections.offer(connection)) {
            dropped.getAndIncrement();
            droppedInAll.getAndIncrement();
        }
        VarHandle.fullFence(); // offer is a plain ordered store, which waiting must not overtake
        if (waiting) {
            LockSupport.unpark(thread);
        }
    }

    /** Lines that were not written, because the queue was full or a write failed. */
    public long dropped() {
        return droppedInAll.get();
    }

    private void writeLines() {
        while (true) {
            boolean last = closed; // read before the last poll of the queue
            int written;
            do {
                written = writeSome();
            } while (written > 0);
            if (last) {
                reportDropped();
                return;
            }
            waiting = true;
            if (connections.isEmpty() && !closed) {
                LockSupport.park(this);
            }
            waiting = false;
        }
    }

    /** Returns how many lines it took from the queue. */
    private int writeSome() {
        int taken = 0;
        try {
            Record next;
            while (taken < LINES_PER_FLUSH && (next = connections.poll()) != null) {
                taken++;
                writer.write(line(next));
            }
            if (taken > 0) {
                writer.flush();
                failing = false;
                reportDropped();
            }
        } catch (IOException | RuntimeException e) {
            int lost = e instanceof LinesLostException some ? some.lost() : taken;
            dropped.getAndAdd(lost);
            droppedInAll.getAndAdd(lost);
            reportFailure(e);
        }
        return taken;
    }

    private String line(Record connection) {
        boolean isText = format == AccessLogFormat.TEXT;
        if (connection instanceof OpenedConnection opened) {
            return isText ? TextLine.of(opened) : JsonLine.of(opened);
        }
        ClosedConnection closed = (ClosedConnection) connection;
        boolean named = has(AccessLogEvent.OPEN);
        return isText ? TextLine.of(closed, named) : JsonLine.of(closed, named);
    }

    /** Warns once, until writing succeeds again. */
    private void reportFailure(Exception e) {
        if (!failing) {
            failing = true;
            LOG.warn(
                    "lines of the access log are lost because it cannot be written: {}",
                    e.getMessage() == null ? "the end came while a write blocked" : e.getMessage());
        }
    }

    private void reportDropped() {
        long count = dropped.getAndSet(0);
        if (count > 0) {
            LOG.warn(
                    "{} lines of the access log were dropped: the disk was too slow, or full",
                    count);
        }
    }

    /**
     * Writes the queued lines, and ends; gives up after a few seconds if the writer blocks. Does
     * not close the writer.
     */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSE_TIME.toMillis());
            if (thread.isAlive()) {
                LOG.warn("writing the access log blocks; its last lines are lost");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
