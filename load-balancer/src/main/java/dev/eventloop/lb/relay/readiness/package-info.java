/**
 * The relay over a loop that reports readiness, with the hot path: a {@code Flow} in each
 * direction, which moves bytes by {@code CopyTransfer} or {@code SpliceTransfer} to its {@code
 * Sink}.
 */
package dev.eventloop.lb.relay.readiness;
