package dev.eventloop.events;

import java.io.IOException;
import java.io.UncheckedIOException;

/** A watch of the exit of a process. */
final class ExitWatch<A> implements Watch {
    /** The source's key of this watch: an fd or a number. */
    long key;

    private final SystemEvents owner;
    private final ProcessHandle process;

    /** The child, which has the exit code; null for a process that is not a child. */
    private final Process child;

    private final ExitCallback<? super A> callback;
    private final A attachment;
    private boolean reported;
    private boolean active = true;

    ExitWatch(
            SystemEvents owner,
            ProcessHandle process,
            Process child,
            ExitCallback<? super A> callback,
            A attachment) {
        this.owner = owner;
        this.process = process;
        this.child = child;
        this.callback = callback;
        this.attachment = attachment;
    }

    long pid() {
        return process.pid();
    }

    /**
     * Starts to watch. If the process is alive after the kernel has begun to watch its pid, the
     * kernel watches the right one: a pid is not reused before its process has exited.
     */
    ExitWatch<A> begin() {
        boolean watched = owner.exits().add(this);
        if (watched && !process.isAlive()) {
            owner.exits().remove(this);
            watched = false;
        }
        if (!watched) {
            reported = true;
            askTheJvm();
        }
        return this;
    }

    /** The kernel reports the exit. */
    void ended() throws IOException {
        reported = true;
        if (child == null || !child.isAlive()) {
            report();
        } else {
            askTheJvm(); // its waitpid has not returned yet; it does within microseconds
        }
    }

    private void askTheJvm() {
        if (child != null) {
            var ignored = child.onExit().thenRun(this::post);
        } else {
            var ignored = process.onExit().thenRun(this::post);
        }
    }

    /** Any thread. */
    private void post() {
        try {
            owner.loop().execute(this::reportUnchecked);
        } catch (IllegalStateException e) { // the loop is closed
        }
    }

    private void reportUnchecked() {
        try {
            report();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void report() throws IOException {
        if (active) {
            close();
            int exitCode = child == null ? ExitCallback.UNKNOWN : child.exitValue();
            callback.onExit(process.pid(), exitCode, attachment);
        }
    }

    @Override
    public boolean isActive() {
        return active;
    }

    @Override
    public void close() {
        if (active) {
            active = false;
            if (!reported) {
                owner.exits().remove(this);
            }
            owner.forget(this);
        }
    }
}
