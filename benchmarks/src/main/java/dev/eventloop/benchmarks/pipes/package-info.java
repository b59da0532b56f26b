/**
 * One small program on several loops: an {@code EventLoop}, a {@code java.nio} selector or Netty's
 * loop watches the read ends of pipes, behind one interface for the measuring code.
 */
package dev.eventloop.benchmarks.pipes;
