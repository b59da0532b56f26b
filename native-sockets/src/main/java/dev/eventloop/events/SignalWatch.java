package dev.eventloop.events;

import dev.eventloop.EventLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicBoolean;

/** One who wants to hear of a signal. */
final class SignalWatch<A> implements Watch {
    private final SystemEvents owner;
    private final EventLoop loop;
    private final String name;
    private final SignalCallback<? super A> callback;
    private final A attachment;

    /** It came and was not told yet: as in the kernel, one is kept. */
    private final AtomicBoolean pending = new AtomicBoolean();

    private boolean active = true;

    SignalWatch(SystemEvents owner, String name, SignalCallback<? super A> callback, A attachment) {
        this.owner = owner;
        this.loop = owner.loop();
        this.name = name;
        this.callback = callback;
        this.attachment = attachment;
    }

    String name() {
        return name;
    }

    /** On a thread of the JVM's. */
    void raised() {
        if (pending.compareAndSet(false, true)) {
            try {
                loop.execute(this::tell);
            } catch (IllegalStateException e) { // the loop is closed, and there is nobody to tell
            }
        }
    }

    private void tell() {
        pending.set(false); // before: what comes from now on may not have been seen
        if (active) {
            try {
                callback.onSignal(name, attachment);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
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
            SignalTable.remove(this);
            owner.forget(this);
        }
    }
}
