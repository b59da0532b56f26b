/**
 * What every backend promises, as JUnit 5 tests: a subclass of {@link
 * dev.eventloop.testkit.EventLoopContract} says how to make a loop, and runs them all.
 */
package dev.eventloop.testkit;
