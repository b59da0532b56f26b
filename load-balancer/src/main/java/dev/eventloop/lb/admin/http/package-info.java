/**
 * A small HTTP/1.1 server for the admin port, on an event loop and a thread of its own. It has a
 * fixed number of connections, and a client can hold one for some seconds only.
 *
 * <p>{@code HttpServer} accepts and owns the thread; {@code Connections} chooses which connection
 * makes room for another. {@code HttpConnection} reads a request by {@code RequestReader} and
 * {@code HeadParser}, asks the {@link dev.eventloop.lb.admin.http.HttpHandler}, and writes the
 * response. What may take time is answered by {@code RequestThreads}; everything else, such as a
 * probe, by the thread of the loop, which never blocks.
 */
package dev.eventloop.lb.admin.http;
