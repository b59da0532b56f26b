/**
 * The load balancer: accept, find out who it is, pick a backend, connect, relay, close with one
 * reason.
 *
 * <p>{@link dev.eventloop.lb.LoadBalancer} and its builder are what programs use. Behind them each
 * {@code Worker} is one thread with one loop and one {@code Acceptor}; a {@code Connection} is the
 * state of one client: an {@code Introduction}, a {@code Dial} to a backend, and a {@code Flow} for
 * each direction, where the hot path is. What workers share is atomic numbers and immutable objects
 * that are replaced as a whole ({@code Settings}, the table in {@link dev.eventloop.lb.pool}); the
 * data path takes no lock. The configuration file, the admin port, DNS and the command are packages
 * above this one, which it does not know.
 */
package dev.eventloop.lb;
