/**
 * The JMH benchmarks, one class a subject: what a single operation of the loop costs, and what the
 * same costs elsewhere. Each class can be run by JMH's own command as well; {@link
 * dev.eventloop.benchmarks.suites.SuitesPart} runs all of them and puts them into tables.
 */
package dev.eventloop.benchmarks.suites;
