/**
 * The preface of a connection: what a client sends before it is routed.
 *
 * <p>{@link dev.eventloop.lb.preface.ProxyHeader} parses the PROXY header that a client sends, and
 * sends one to the backend; {@link dev.eventloop.lb.preface.ClientAddress} holds the address that
 * counts for the client. {@link dev.eventloop.lb.preface.ClientHello} reads the TLS ClientHello, in
 * whatever pieces it arrives, and takes none of its bytes from the buffer; {@link
 * dev.eventloop.lb.preface.RouteTable} finds the pool for the server name and the ALPN protocols in
 * it. The table is immutable and may be shared between threads. Reading a hello and finding a route
 * allocate nothing.
 */
package dev.eventloop.lb.preface;
