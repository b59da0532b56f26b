/**
 * One small program, many loops: pipes whose reading ends are watched by an {@code EventLoop}, a
 * {@code java.nio} selector or a loop of Netty's. Whoever measures sees no difference but the time.
 */
package dev.eventloop.benchmarks.pipes;
