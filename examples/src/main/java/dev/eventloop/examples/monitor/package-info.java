/**
 * Shows in a terminal what {@code high_perf_lb} does. {@link dev.eventloop.examples.monitor.Main}
 * has the command line; {@code Monitor} asks once an interval, through {@code AdminClient}, an HTTP
 * client in a few callbacks; two {@code Sample}s make {@code Rates}; {@code TerminalScreen} draws
 * them, {@code PlainLines} prints them.
 */
package dev.eventloop.examples.monitor;
