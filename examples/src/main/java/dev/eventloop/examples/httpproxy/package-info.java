/**
 * A forward proxy for HTTP: CONNECT tunnels, and requests with an absolute URI. {@link
 * dev.eventloop.examples.httpproxy.Main} has the command line and {@code ProxyServer} accepts. A
 * {@code Session} is one client with its server: it reads a {@code RequestHead}, checks the {@code
 * AllowList}, lets {@code Connecting} connect to a server (after the {@code Resolver} has looked up
 * its address on a thread that may block), and then forwards bytes through two {@code Flow}s, one
 * in each direction: for a plain request its {@code Body} only, and back the {@code Answer}.
 */
package dev.eventloop.examples.httpproxy;
