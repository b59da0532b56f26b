/**
 * Static files over HTTP/1.1. {@link dev.eventloop.examples.httpserver.Main} has the command line,
 * {@code HttpServer} accepts, {@code Connection} is one client: it feeds {@code RequestParser}, a
 * state machine that takes a byte at a time, has {@code Responder} decide what to answer, and sends
 * that, files by sendfile. {@code VirtualHosts} and {@code Site} lead from a host and a path to an
 * open file.
 */
package dev.eventloop.examples.httpserver;
