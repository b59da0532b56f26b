/**
 * A forward proxy for HTTP: CONNECT tunnels, and requests with an absolute URI. {@link
 * dev.eventloop.examples.httpproxy.Main} has the command line, {@code ProxyServer} accepts, {@code
 * Session} is one client with its server: it reads a {@code RequestHead}, asks the {@code
 * AllowList}, lets {@code Resolver} find the address on a thread that may wait for it, connects,
 * and then moves bytes through two {@code Flow}s, one each way.
 */
package dev.eventloop.examples.httpproxy;
