package dev.eventloop.events;

import dev.eventloop.EventLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A watch of a signal. */
final class SignalWatch<A> implements Watch {
    private final SystemEvents owner;
    private final EventLoop loop;
    private final String name;
    private final SignalCallback<? super A> callback;
    private final A attachment;

    /** The signal has arrived and was not delivered yet. As in the kernel, one is kept. */
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

    /** Called by the JVM's signal dispatcher, on a thread of its own. */
    void raised() {
        if (pending.compareAndSet(false, true)) {
            try {
                loop.execute(this::report);
            } catch (IllegalStateException e) { // the loop is closed
            }
        }
    }

    private void report() {
        pending.set(false); // before the callback, which may not see a later signal
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
