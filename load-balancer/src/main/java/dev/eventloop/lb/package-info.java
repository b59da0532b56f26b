/**
 * The load balancer: accept, pick a backend, connect, relay, close with one reason.
 *
 * <p>{@link dev.eventloop.lb.LoadBalancer} and its builder are what programs use. Behind them each
 * {@code Worker} is one thread with one loop and one {@code Acceptor}; a {@code Connection} is the
 * state of one client, with a {@code Flow} for each direction, where the hot path is. What workers
 * share ({@code Balancer}, {@code ClientSlots}, {@code Counters}) is atomic numbers and immutable
 * arrays; nothing locks.
 */
package dev.eventloop.lb;
