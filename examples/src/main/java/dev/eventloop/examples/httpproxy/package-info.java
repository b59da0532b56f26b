/**
 * A forward proxy for HTTP: CONNECT tunnels, and requests with an absolute URI. {@link
 * dev.eventloop.examples.httpproxy.Main} has the command line, {@code ProxyServer} accepts, {@code
 * Session} is one client with its server: it reads a {@code RequestHead}, asks the {@code
 * AllowList}, lets {@code Connecting} find a server (the {@code Resolver} its address, on a thread
 * that may wait for it), and then moves bytes through two {@code Flow}s, one each way: of a plain
 * request no more than its {@code Body}, and back its {@code Answer}.
 */
package dev.eventloop.examples.httpproxy;
