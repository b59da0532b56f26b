/**
 * A kernel in memory: {@link dev.eventloop.testkit.kernel.SimulatedKernel} is a {@link
 * dev.eventloop.libc.LibC} with the slices of Linux and the BSDs, over which event-driven code runs
 * as over a real one, only that time is virtual, that the network has the latencies and the faults
 * it was told to have, and that the same seed gives the same run, byte for byte.
 *
 * <p>From the outside in: a {@code SimulatedKernel} is what one process sees; it counts, traces and
 * injects {@link dev.eventloop.testkit.kernel.Faults}. {@code World} is the machine that processes
 * share, with its clock and its agenda. {@code FdTable} holds a process's {@code OpenFile}s: {@code
 * StreamSocket} (two {@code Wire}s make a connection), {@code Pipe}, {@code EventCounter}, {@code
 * Epoll}, {@code Kqueue}. What each promises is what the manual pages of Linux and FreeBSD say.
 */
package dev.eventloop.testkit.kernel;
