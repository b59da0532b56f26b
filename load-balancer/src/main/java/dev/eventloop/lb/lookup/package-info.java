/**
 * Host names, looked up by the system.
 *
 * <p>{@link dev.eventloop.lb.lookup.HostLookup} keeps getaddrinfo(3), which may block for minutes,
 * away from all other threads.
 */
package dev.eventloop.lb.lookup;
