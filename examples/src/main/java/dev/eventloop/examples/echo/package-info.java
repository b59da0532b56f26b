/**
 * An echo server, the smallest correct server. Start with {@link
 * dev.eventloop.examples.echo.Connection}, which follows the two rules of every server: it stops
 * reading while bytes wait to be written, and a client that sends much takes turns with the others.
 * {@link dev.eventloop.examples.echo.Trigger} contains the whole difference between level and edge
 * triggering.
 */
package dev.eventloop.examples.echo;
