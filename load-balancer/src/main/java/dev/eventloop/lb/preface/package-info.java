/**
 * What a client says before it is routed: its TLS ClientHello, read without being taken from the
 * buffer, and the table of routes that is asked with it.
 *
 * <p>{@link dev.eventloop.lb.preface.ClientHello} reads the hello, in whatever pieces it arrives;
 * {@link dev.eventloop.lb.preface.RouteTable} finds the pool for the server name and the ALPN
 * protocols in it. The table is immutable and may be shared between threads. Neither allocates once
 * it is made, does I/O, or knows the load balancer.
 */
package dev.eventloop.lb.preface;
