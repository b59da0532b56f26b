package dev.eventloop.events;

import java.io.IOException;
import java.io.UncheckedIOException;

/** One who wants to hear of the end of a process. */
final class ExitWatch<A> implements Watch {
    /** What the source knows it by; its own. */
    long key;

    private final SystemEvents owner;
    private final ProcessHandle process;

    /** Whose exit code there will be; null for a process of somebody else. */
    private final Process child;

    private final ExitCallback<? super A> callback;
    private final A attachment;
    private boolean told;
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
     * A process that was alive when the kernel was asked to watch its number is the one that it
     * watches: a number is used again only after that.
     */
    ExitWatch<A> begin() {
        boolean watched = owner.exits().add(this);
        if (watched && !process.isAlive()) {
            owner.exits().remove(this);
            watched = false;
        }
        if (!watched) {
            told = true;
            askTheJvm();
        }
        return this;
    }

    /** The kernel says so. */
    void ended() throws IOException {
        told = true;
        if (child == null || !child.isAlive()) {
            tell();
        } else {
            askTheJvm(); // which has not yet waited for it: a matter of microseconds
        }
    }

    private void askTheJvm() {
        if (child != null) {
            var ignored = child.onExit().thenRun(this::post);
        } else {
            var ignored = process.onExit().thenRun(this::post);
        }
    }

    /** On any thread. */
    private void post() {
        try {
            owner.loop().execute(this::tellUnchecked);
        } catch (IllegalStateException e) { // the loop is closed, and there is nobody to tell
        }
    }

    private void tellUnchecked() {
        try {
            tell();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void tell() throws IOException {
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
            if (!told) {
                owner.exits().remove(this);
            }
            owner.forget(this);
        }
    }
}
