/**
 * Shows live figures of {@code high_perf_lb} in a terminal. {@link
 * dev.eventloop.examples.monitor.Main} has the command line. {@code Monitor} polls through {@code
 * AdminClient}, an HTTP client made of a few callbacks. Two {@code Sample}s give the {@code Rates},
 * which {@code TerminalScreen} draws and {@code PlainLines} prints.
 */
package dev.eventloop.examples.monitor;
