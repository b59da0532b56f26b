/**
 * The relay over a loop that reports readiness, where the hot path is: a {@code Flow} in each
 * direction, which moves bytes by {@code CopyTransfer} or {@code SpliceTransfer} to its {@code
 * Sink}.
 */
package dev.eventloop.lb.relay.readiness;
