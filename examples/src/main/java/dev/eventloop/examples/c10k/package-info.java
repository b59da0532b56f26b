/**
 * The C10K lesson, live: many idle connections and a few busy ones, watched through each backend in
 * turn. {@link dev.eventloop.examples.c10k.WakeUps} measures, {@link
 * dev.eventloop.examples.c10k.IdleConnections} has what is watched, whose other ends {@link
 * dev.eventloop.examples.c10k.FarEnd} holds in a process of its own; the rest shows what came out.
 *
 * @see <a href="http://www.kegel.com/c10k.html">The C10K problem</a>
 */
package dev.eventloop.examples.c10k;
