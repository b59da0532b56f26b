/**
 * Backends that are found by DNS, and found again for as long as the load balancer runs.
 *
 * <p>{@link dev.eventloop.lb.discovery.DnsBackends} looks up a {@link
 * dev.eventloop.lb.discovery.DnsName} on a thread of its own and tells the load balancer when
 * something has changed. Behind it {@code Answers} knows what DNS says now and, where it says
 * nothing, what it said last; {@code NameServers} asks, with dnsjava, which follows aliases and
 * search domains and which knows the format; {@code Exchange} sends and receives; {@code Roster}
 * makes backends of addresses.
 *
 * <p>dnsjava is used without its caches, which outlive answers that have changed, and without its
 * selector thread, which never ends: a question blocks the thread that asks.
 */
package dev.eventloop.lb.discovery;
