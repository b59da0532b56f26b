/**
 * Compares the event loop with the same work in C, on {@code java.nio} and on Netty. {@code
 * benchmarks/run} starts {@link dev.eventloop.benchmarks.Main}, which measures and writes the
 * report: {@code ring} compares whole programs in interleaved rounds, {@code suites} has the JMH
 * benchmarks of single operations, {@code published} repeats measurements that others have
 * published.
 */
package dev.eventloop.benchmarks;
