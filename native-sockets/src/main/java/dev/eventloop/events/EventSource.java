package dev.eventloop.events;

/**
 * A kind of event besides sockets, and whether it is there on this machine.
 *
 * @param kind what it tells of
 * @param available whether {@link SystemEvents} can watch for it
 * @param how by which means, such as {@code "inotify"}; or why not
 */
public record EventSource(Kind kind, boolean available, String how) {
    /** Of what an event can tell. */
    public enum Kind {
        /** The time is there: {@link dev.eventloop.EventLoop#newTimer}. */
        TIMER,
        /** {@link SystemEvents#signal}. */
        SIGNAL,
        /** {@link SystemEvents#exit}. */
        EXIT,
        /** {@link SystemEvents#folder}. */
        FOLDER
    }

    @Override
    public String toString() {
        return kind + (available ? " (" : " (not available: ") + how + ")";
    }
}
