/** A stress test: wrk through the load balancer, with a line of figures each second. */
package dev.eventloop.benchmarks.stress;
