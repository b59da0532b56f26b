/**
 * The PROXY protocol, versions 1 and 2: a header before a connection's own bytes, in which a proxy
 * tells the server the client's address. Implements <a
 * href="https://www.haproxy.org/download/2.6/doc/proxy-protocol.txt">HAProxy's specification</a>
 * strictly.
 *
 * <p>{@link dev.eventloop.lb.proxyprotocol.ProxyHeaderReader} reads a header of either version from
 * the start of a stream; {@link dev.eventloop.lb.proxyprotocol.ProxyHeaderWriter} writes one;
 * {@link dev.eventloop.lb.proxyprotocol.ProxyAddresses} holds its content. Nothing here allocates
 * after construction, does I/O, or depends on the load balancer.
 */
package dev.eventloop.lb.proxyprotocol;
