/**
 * What runs the load balancer: {@code Workers}, each a thread with one event loop, an {@code
 * Acceptor} per address and its connections; and the end of a worker, {@code Drain}.
 */
package dev.eventloop.lb.runtime;
