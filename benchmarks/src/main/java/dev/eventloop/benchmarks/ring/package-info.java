/**
 * Whole programs side by side, modelled on libevent's {@code bench.c}: a ring of pipes, some
 * circulating bytes, and the time per event. Each program is a separate process that stays warm;
 * {@link dev.eventloop.benchmarks.ring.RingPart} runs one after the other, round by round.
 */
package dev.eventloop.benchmarks.ring;
