/**
 * The relay over a loop that reports readiness, with the hot path: a {@code Flow} in each
 * direction, which moves bytes by {@code CopyTransfer} or {@code SpliceTransfer} to the flow's
 * sink.
 */
package dev.eventloop.lb.relay.readiness;
