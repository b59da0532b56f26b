/**
 * What a program embeds: {@link dev.eventloop.lb.LoadBalancer}, its builder with {@link
 * dev.eventloop.lb.FrontendOptions} and {@link dev.eventloop.lb.PoolOptions}, and the values that
 * they take and give. No engine: a frontend accepts ({@code runtime}), a connection finds out who
 * the client is and which pool it goes to, dials a backend and relays ({@code relay}, and {@code
 * relay.readiness}, where the hot path is). Threads share atomic numbers and immutable objects that
 * are replaced as a whole, such as settings and pick tables; the data path takes no lock. The
 * configuration file, the admin port, DNS and the command are packages built on this one, which it
 * does not know.
 */
package dev.eventloop.lb;
