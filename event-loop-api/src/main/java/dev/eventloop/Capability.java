package dev.eventloop;

/** What a backend supports beyond level-triggered READ and WRITE. */
public enum Capability {
    /** {@link Events#EDGE} is supported. */
    EDGE_TRIGGERED,
    /** {@link Events#ONESHOT} is supported. */
    ONESHOT,
    /** {@link Events#EXCLUSIVE} is supported. */
    EXCLUSIVE,
    /**
     * A peer's half-close is reported as {@link Events#READ_HUP}, also to an interest without READ.
     */
    READ_HUP,
    /** {@link Events#URGENT} is supported. */
    URGENT,
    /** {@link EventLoop#fd} is supported. */
    FD
}
