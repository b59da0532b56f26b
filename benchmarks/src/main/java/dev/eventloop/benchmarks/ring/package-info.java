/**
 * Whole programs side by side, in the shape of libevent's {@code bench.c}: pipes in a ring, some
 * bytes that go round, and how long an event takes. Each program is a process of its own that stays
 * warm; {@link dev.eventloop.benchmarks.ring.RingPart} asks one after the other, round by round.
 */
package dev.eventloop.benchmarks.ring;
