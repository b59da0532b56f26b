/**
 * The access log: a line of text or JSON for each connection that has ended, written by a thread of
 * its own.
 */
package dev.eventloop.lb.report;
