/**
 * A simulated kernel: {@link dev.eventloop.testkit.kernel.SimulatedKernel} implements {@link
 * dev.eventloop.libc.LibC} with its Linux and BSD parts in memory. Event-driven code runs over it
 * as over a real kernel, but time is virtual, latencies and faults are configured, and the same
 * seed gives the same run, byte for byte.
 *
 * <p>From the outside in: a {@code SimulatedKernel} is what one process sees. Its system calls are
 * in {@code FileCalls}, {@code SocketCalls}, {@code TransferCalls} and {@code ReadinessCalls}, each
 * extending the one before; they trace, count and inject {@link
 * dev.eventloop.testkit.kernel.Faults}. {@code World} is the machine that processes share, with its
 * clock and its schedule. {@code FdTable} holds a process's {@code OpenFile}s: {@code
 * StreamSocket}, {@code Pipe}, {@code EventCounter}, {@code Epoll}, {@code Kqueue}, {@code
 * PlainFile}. A socket's {@code Connection} has an {@code Inbox} and an {@code Outbox}; a {@code
 * Wire} leads from each outbox to the peer's inbox. All behave as the manual pages of Linux and
 * FreeBSD say.
 */
package dev.eventloop.testkit.kernel;
