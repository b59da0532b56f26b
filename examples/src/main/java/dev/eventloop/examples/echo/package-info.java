/**
 * Sends back what comes: the smallest server that is right. {@link
 * dev.eventloop.examples.echo.Connection} is where to begin; it keeps the two rules that every
 * server has to keep. What cannot be written now is kept, and until it is written nothing more is
 * read; and who has much to say takes turns with the others. {@link
 * dev.eventloop.examples.echo.Trigger} is all there is to the difference between level and edge
 * triggered.
 */
package dev.eventloop.examples.echo;
