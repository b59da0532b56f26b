/**
 * What runs the load balancer: {@code Workers}, each a thread with one event loop, an {@code
 * Acceptor} per address and its connections; {@code FrontendService} and {@code PoolService}, which
 * run a frontend and a pool on the workers; {@code AcceptPause}, which pauses a worker's acceptors
 * while there are no file descriptors; and the end of a worker, {@code Drain}.
 */
package dev.eventloop.lb.runtime;
