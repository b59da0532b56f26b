package dev.eventloop.lb.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Takes lines for a stream that may block, such as a pipe without a reader or a stopped terminal,
 * and writes them in order on a daemon thread. Never blocks its callers: lines that find no room
 * are dropped, and a line says how many, as soon as the stream takes lines again.
 */
final class AsyncOutput extends OutputStream {
    private static final int CAPACITY = 4 << 20;

    private final OutputStream target;
    private final String name;

    /** A line without its end so far. */
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    private ByteArrayOutputStream queue = new ByteArrayOutputStream();
    private long dropped;

    /** The number in the line about dropped lines that is being written; 0 without one. */
    private long told;

    private boolean dropsLine;
    private boolean failing;
    private boolean writing;

    private AsyncOutput(OutputStream target, String name) {
        this.target = target;
        this.name = name;
    }

    /**
     * Starts its thread at once: when there are lines, there may be no memory for a thread.
     *
     * @param target used by the thread only; not closed
     * @param name such as {@code "standard error"}
     */
    static AsyncOutput start(OutputStream target, String name) {
        AsyncOutput output = new AsyncOutput(target, name);
        Thread thread = new Thread(output::writeLines, name);
        thread.setDaemon(true);
        thread.start();
        return output;
    }

    @Override
    public synchronized void write(int single) {
        write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] text, int from, int length) {
        int start = from;
        for (int i = from; i < from + length; i++) {
            if (text[i] == '\n') {
                add(text, start, i + 1 - start);
                endLine();
                start = i + 1;
            }
        }
        add(text, start, from + length - start);
    }

    private void add(byte[] text, int from, int length) {
        if (queue.size() + line.size() + length > CAPACITY) {
            dropsLine = true;
        } else {
            line.write(text, from, length);
        }
    }

    private void endLine() {
        if (dropsLine) {
            dropped++;
        } else {
            queue.writeBytes(line.toByteArray());
        }
        line.reset();
        dropsLine = false;
        notifyAll();
    }

    private void writeLines() {
        while (true) {
            byte[] lines = take();
            int written = lines.length;
            try {
                target.write(lines, 0, lines.length);
                target.flush();
            } catch (IOException e) {
                written = ShortWriteException.written(e);
            } catch (OutOfMemoryError e) { // of the native buffer that Java copies them to
                written = 0;
            }
            done(lines, written);
        }
    }

    /** Waits for lines. The number of those that were dropped stands where they would have been. */
    private synchronized byte[] take() {
        while (queue.size() == 0 && (dropped == 0 || failing)) {
            try {
                wait();
            } catch (InterruptedException e) { // nobody interrupts this thread
                Thread.currentThread().interrupt();
            }
        }
        ByteArrayOutputStream batch = new ByteArrayOutputStream(queue.size());
        if (failing) {
            batch.writeBytes(droppedLine());
        }
        batch.writeBytes(queue.toByteArray());
        if (!failing) {
            batch.writeBytes(droppedLine());
        }
        queue = new ByteArrayOutputStream();
        writing = true;
        return batch.toByteArray();
    }

    private byte[] droppedLine() {
        told = dropped;
        dropped = 0;
        if (told == 0) {
            return new byte[0];
        }
        String lines = told == 1 ? "1 line was" : told + " lines were";
        return (lines + " dropped, because " + name + " took no more\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private synchronized void done(byte[] lines, int written) {
        dropped += ShortWriteException.linesFrom(lines, written);
        boolean isTold = failing ? written > 0 : written == lines.length; // it is first, or last
        if (told > 0 && !isTold) {
            dropped += told - 1;
        }
        failing = written < lines.length;
        writing = false;
        notifyAll();
    }

    /** Waits until all lines are written, for this time at most. */
    synchronized void await(Duration time) {
        if (line.size() > 0) {
            endLine();
        }
        long end = System.nanoTime() + time.toNanos();
        try {
            for (long left = time.toNanos();
                    left > 0 && (queue.size() > 0 || writing);
                    left = end - System.nanoTime()) {
                wait(left / 1_000_000 + 1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
