/**
 * Static files over HTTP/1.1. {@link dev.eventloop.examples.httpserver.Main} has the command line
 * and {@code HttpServer} accepts. A {@code Connection} is one client: it feeds the {@code
 * RequestParser}, a state machine that reads a byte at a time, lets {@code Responder} build the
 * response, and sends it, files by sendfile. {@code VirtualHosts} and {@code Site} map a host and a
 * path to an open file.
 */
package dev.eventloop.examples.httpserver;
