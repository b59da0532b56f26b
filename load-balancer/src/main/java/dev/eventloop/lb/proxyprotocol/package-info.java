/**
 * The PROXY protocol, versions 1 and 2: how a proxy tells a server whose connection it forwards, in
 * a header before the connection's own bytes. To the letter of <a
 * href="https://www.haproxy.org/download/2.6/doc/proxy-protocol.txt">HAProxy's specification</a>.
 *
 * <p>{@link dev.eventloop.lb.proxyprotocol.ProxyHeaderReader} takes a header of either version off
 * the front of what a peer sends, in whatever pieces it comes; {@link
 * dev.eventloop.lb.proxyprotocol.ProxyHeaderWriter} puts one in front of what goes out; {@link
 * dev.eventloop.lb.proxyprotocol.ProxyAddresses} is what it says. Nothing here allocates once it is
 * made, does I/O, or knows the load balancer.
 */
package dev.eventloop.lb.proxyprotocol;
