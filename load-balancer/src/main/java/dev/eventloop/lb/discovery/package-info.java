/**
 * Backends found by DNS, which is queried for as long as the load balancer runs.
 *
 * <p>{@link dev.eventloop.lb.discovery.DnsBackends} resolves a {@link
 * dev.eventloop.lb.discovery.DnsName} on its own thread and tells the load balancer when the result
 * changes. {@code Answers} keeps the current answers and, for queries that fail, the last ones.
 * {@code NameServers} queries the servers, {@code Exchange} sends and receives, {@code Response}
 * and {@code Answer} decide whether to believe what came. {@code FoundBackends} turns addresses
 * into backends.
 *
 * <p>Of dnsjava only the format of messages is used. Its lookups cache answers, run a selector
 * thread that never ends, and take some answers to another question for an empty one.
 */
package dev.eventloop.lb.discovery;
