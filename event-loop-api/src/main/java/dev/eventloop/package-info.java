/**
 * The event loop: {@link dev.eventloop.EventLoop} and what goes with it.
 *
 * <p>The one implementation lives here, package-private. {@code PollerEventLoop} owns all that is
 * the same on every operating system: which fd has which callback ({@code Registrations}), in which
 * order events are dispatched, events of fds that are gone, timers ({@code TimerWheel}), tasks,
 * wake-ups ({@code WakeupGate}) and what happens to exceptions. A backend behind {@link
 * dev.eventloop.spi.Poller} only waits and says who is ready; {@code Backends} chooses it.
 *
 * <p><b>Portability.</b> Readiness may be spurious on every backend. Where kernels differ the loop
 * pays, not the caller: what a backend cannot do is said by {@link
 * dev.eventloop.EventLoop#capabilities} beforehand and refused up front.
 */
package dev.eventloop;
