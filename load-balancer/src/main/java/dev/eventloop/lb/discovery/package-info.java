/**
 * Backends found by DNS, which is queried for as long as the load balancer runs.
 *
 * <p>{@link dev.eventloop.lb.discovery.DnsBackends} resolves a {@link
 * dev.eventloop.lb.discovery.DnsName} on its own thread and tells the load balancer when the result
 * changes. {@code Answers} keeps the current answers and, for queries that fail, the last ones.
 * {@code NameServers} queries the servers through dnsjava, which follows aliases and search domains
 * and parses the format. {@code Exchange} sends and receives. {@code FoundBackends} turns addresses
 * into backends.
 *
 * <p>dnsjava runs without its caches, which would keep outdated answers, and without its selector
 * thread, which never ends: a query blocks the calling thread.
 */
package dev.eventloop.lb.discovery;
