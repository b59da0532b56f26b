/**
 * What a backend implements: a {@link dev.eventloop.spi.Poller}, and a {@link
 * dev.eventloop.spi.PollerProvider} that {@link java.util.ServiceLoader} finds. {@link
 * dev.eventloop.EventLoop#over} creates a loop over a given poller.
 */
package dev.eventloop.spi;
