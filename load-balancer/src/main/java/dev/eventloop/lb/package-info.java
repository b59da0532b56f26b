/**
 * The classes for embedding: {@link dev.eventloop.lb.LoadBalancer}, its builder with {@link
 * dev.eventloop.lb.FrontendOptions} and {@link dev.eventloop.lb.PoolOptions}, and the values that
 * they take and return. The engine is in packages below: a frontend accepts ({@code runtime}); a
 * connection determines the address of the client and its pool, dials a backend and relays ({@code
 * relay}, and {@code relay.readiness}, which has the hot path). Threads share atomic numbers and
 * immutable objects that are replaced as a whole, such as settings and pick tables; the data path
 * takes no lock. The configuration file, the admin port, DNS and the command are packages built on
 * this one, which does not depend on them.
 */
package dev.eventloop.lb;
