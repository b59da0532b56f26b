/**
 * The C10K problem as an experiment: many idle connections and a few busy ones, watched with each
 * backend in turn. {@link dev.eventloop.examples.c10k.WakeUps} measures; {@link
 * dev.eventloop.examples.c10k.IdleConnections} holds the watched connections, and {@link
 * dev.eventloop.examples.c10k.FarEnd} their other ends, in a separate process. The other classes
 * present the results.
 *
 * @see <a href="http://www.kegel.com/c10k.html">The C10K problem</a>
 */
package dev.eventloop.examples.c10k;
