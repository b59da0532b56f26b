/**
 * The tables of the learning material, measured again: servers under load ({@link
 * dev.eventloop.benchmarks.seeds.EchoServer} is asked by {@link
 * dev.eventloop.benchmarks.seeds.LoadGenerator}, each a process of its own), packets sent gathered
 * or copied, memory pooled or not.
 */
package dev.eventloop.benchmarks.seeds;
