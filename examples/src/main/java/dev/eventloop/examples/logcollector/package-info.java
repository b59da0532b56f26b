/**
 * A collector of log lines. {@link dev.eventloop.examples.logcollector.Intake} reads chunks of
 * lines on an event loop and passes them without copying, through a multi-producer queue, to the
 * single thread of {@link dev.eventloop.examples.logcollector.Store}. The store passes them to a
 * {@link dev.eventloop.examples.logcollector.Sink} (files, Kafka), adds them to the {@link
 * dev.eventloop.examples.logcollector.Ring}, and returns the chunk, so that its lines are
 * acknowledged and its memory is reused. {@link dev.eventloop.examples.logcollector.QueryServer}
 * answers queries.
 */
package dev.eventloop.examples.logcollector;
