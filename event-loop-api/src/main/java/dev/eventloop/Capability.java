package dev.eventloop;

/** What a backend can do beyond level-triggered READ and WRITE. */
public enum Capability {
    /** {@link Events#EDGE} can be asked for. */
    EDGE_TRIGGERED,
    /** {@link Events#ONESHOT} can be asked for. */
    ONESHOT,
    /** {@link Events#EXCLUSIVE} can be asked for. */
    EXCLUSIVE,
    /** A peer's half-close is reported as {@link Events#READ_HUP}. */
    READ_HUP,
    /** {@link Events#URGENT} can be asked for. */
    URGENT
}
