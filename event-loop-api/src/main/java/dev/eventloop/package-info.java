/**
 * The event loop: {@link dev.eventloop.EventLoop}, its options, events and timers.
 *
 * <p>The only implementation is package-private. {@code PollerEventLoop} does what is the same on
 * every operating system: it maps fds to callbacks ({@code Registrations}, {@code Registrar}),
 * dispatches events and drops those of deleted fds ({@code Batch}), runs timers ({@code
 * TimerWheel}) and tasks ({@code TaskQueue}), wakes up ({@code WakeupGate}) and handles exceptions
 * ({@code ErrorHandling}). A backend behind {@link dev.eventloop.spi.Poller} only waits and reports
 * which fds are ready; {@code Backends} chooses it.
 *
 * <p><b>Portability.</b> Readiness may be spurious on every backend. {@link
 * dev.eventloop.EventLoop#capabilities} tells what a backend supports; the loop refuses everything
 * else with the same exceptions on every backend.
 */
package dev.eventloop;
