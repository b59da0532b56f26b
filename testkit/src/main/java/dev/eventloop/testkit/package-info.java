/**
 * The contract of every backend, as JUnit 5 tests: a subclass of {@link
 * dev.eventloop.testkit.EventLoopContract} creates the loops, and inherits all tests.
 */
package dev.eventloop.testkit;
