/**
 * Repeats measurements that others have published (a tutorial's, LogCaster's and ToyServer2's):
 * servers under load ({@link dev.eventloop.benchmarks.published.LoadGenerator} sends requests to
 * {@link dev.eventloop.benchmarks.published.EchoServer}, each in a separate process), gathered and
 * copied packets, pooled and other memory.
 */
package dev.eventloop.benchmarks.published;
