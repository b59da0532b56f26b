/**
 * What the loop costs, beside the same work in C, on {@code java.nio} and on Netty. {@code
 * benchmarks/run} starts {@link dev.eventloop.benchmarks.Main}, which measures and writes the
 * report: {@code ring} compares whole programs in interleaved rounds, {@code suites} are the JMH
 * benchmarks of single operations, {@code seeds} measures the learning material's claims again.
 */
package dev.eventloop.benchmarks;
