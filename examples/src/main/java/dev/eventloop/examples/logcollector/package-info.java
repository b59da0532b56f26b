/**
 * A collector of log lines: {@link dev.eventloop.examples.logcollector.Intake} reads whole chunks
 * of lines on an event loop and hands them, not copied, through a queue of many producers to the
 * one thread of {@link dev.eventloop.examples.logcollector.Store}, which keeps them in the {@link
 * dev.eventloop.examples.logcollector.Ring}, gives them to a {@link
 * dev.eventloop.examples.logcollector.Sink} (files, Kafka), and sends the chunk back, so that its
 * lines are acknowledged and its memory is used again. {@link
 * dev.eventloop.examples.logcollector.QueryServer} answers questions beside it.
 */
package dev.eventloop.examples.logcollector;
