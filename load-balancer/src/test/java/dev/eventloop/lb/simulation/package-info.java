/**
 * Runs the real load balancer on a simulated kernel with random clients, backends, faults and
 * operator actions, all drawn from one seed. {@link dev.eventloop.lb.simulation.Simulation} plays a
 * {@link dev.eventloop.lb.simulation.Scenario} with one or several frontends and pools; each {@link
 * dev.eventloop.lb.simulation.Peer} follows a {@link dev.eventloop.lb.simulation.Script}, and a
 * client may begin with an {@link dev.eventloop.lb.simulation.Opening}: a PROXY header, a TLS
 * ClientHello. {@link dev.eventloop.lb.simulation.BackendWatch} and {@link
 * dev.eventloop.lb.simulation.Spinning} check invariants during the run, {@link
 * dev.eventloop.lb.simulation.Oracle} checks the finished run.
 */
package dev.eventloop.lb.simulation;
