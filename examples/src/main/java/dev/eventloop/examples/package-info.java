/**
 * Small programs on the event loop, a package each. None knows another; they use what any program
 * can use: the event loop, sockets, and the names of errors. Here is what their command lines have
 * in common.
 */
package dev.eventloop.examples;
