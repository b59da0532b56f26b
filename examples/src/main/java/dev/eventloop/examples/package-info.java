/**
 * Small programs on the event loop, one package each. They do not depend on each other, and use the
 * public API only: the event loop, sockets, and the names of errors. This package has the code that
 * their command lines share.
 */
package dev.eventloop.examples;
