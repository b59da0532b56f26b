/** The learning material's {@code make stress}: wrk through the load balancer, watched live. */
package dev.eventloop.benchmarks.stress;
