package dev.eventloop.lb.simulation;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.epoll.EpollPoller;
import dev.eventloop.kqueue.KqueuePoller;
import dev.eventloop.lb.AcceptMode;
import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.poll.PollPoller;
import dev.eventloop.select.SelectPoller;
import dev.eventloop.spi.Poller;
import dev.eventloop.testkit.kernel.SimulatedKernel;
import java.util.Collection;

/** Builds the load balancer and the event loops of a scenario. */
final class Launch {
    private static final int PORT = 8080;

    private final Scenario scenario;
    private final SimulatedKernel kernel;
    private final Spinning spinning;

    Launch(Scenario scenario, SimulatedKernel kernel, Spinning spinning) {
        this.scenario = scenario;
        this.kernel = kernel;
        this.spinning = spinning;
    }

    /** A builder for this scenario with the given policy and backends. */
    LoadBalancerBuilder builder(Policy policy, Collection<BackendOptions> backends) {
        LoadBalancerBuilder builder =
                LoadBalancer.builder()
                        .listen(scenario.listenOn(), PORT)
                        .threads(scenario.workers())
                        .acceptMode(
                                scenario.exclusive() ? AcceptMode.EXCLUSIVE : AcceptMode.REUSEPORT)
                        .maxClients(scenario.maxClients())
                        .idleTimeout(scenario.idleTimeout())
                        .halfCloseTimeout(scenario.halfCloseTimeout())
                        .connectTimeout(scenario.connectTimeout())
                        .retries(scenario.retries());
        policy.applyTo(builder);
        backends.forEach(builder::backend);
        return builder;
    }

    /** An event loop with the scenario's poller over the simulated kernel. */
    EventLoop loop(EventLoopOptions options) throws ErrnoException {
        int maxEvents = scenario.maxEvents();
        Poller poller =
                switch (scenario.poller()) {
                    case "epoll" -> new EpollPoller(kernel, maxEvents);
                    case "poll" -> new PollPoller(kernel, maxEvents);
                    case "select" -> new SelectPoller(kernel, maxEvents);
                    case "kqueue" -> new KqueuePoller(kernel, maxEvents);
                    default -> throw new AssertionError(scenario.poller());
                };
        return EventLoop.over(poller, options.clock(spinning::nanoTime));
    }
}
