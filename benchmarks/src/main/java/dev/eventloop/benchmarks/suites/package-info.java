/**
 * The JMH benchmarks, one class per subject: the cost of a single operation of the loop and of the
 * same operation elsewhere. JMH's command can run each class, too; {@link
 * dev.eventloop.benchmarks.suites.SuitesPart} runs all of them and puts the results into tables.
 */
package dev.eventloop.benchmarks.suites;
