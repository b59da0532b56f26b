package dev.eventloop.events;

/**
 * A kind of event other than readiness of an fd, and whether this machine supports it.
 *
 * @param kind the kind
 * @param available whether {@link SystemEvents} can watch for it
 * @param how the mechanism, such as {@code "inotify"}; or the reason why it is not available
 */
public record EventSource(Kind kind, boolean available, String how) {
    /** The kinds of events. */
    public enum Kind {
        /** A timer expires: {@link dev.eventloop.EventLoop#newTimer}. */
        TIMER,
        /** A signal arrives: {@link SystemEvents#signal}. */
        SIGNAL,
        /** A process exits: {@link SystemEvents#exit(Process, ExitCallback, Object)}. */
        EXIT,
        /** A folder changes: {@link SystemEvents#folder}. */
        FOLDER
    }

    @Override
    public String toString() {
        return kind + (available ? " (" : " (not available: ") + how + ")";
    }
}
