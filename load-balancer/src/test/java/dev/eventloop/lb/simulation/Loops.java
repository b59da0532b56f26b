package dev.eventloop.lb.simulation;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.epoll.EpollPoller;
import dev.eventloop.kqueue.KqueuePoller;
import dev.eventloop.poll.PollPoller;
import dev.eventloop.select.SelectPoller;
import dev.eventloop.spi.Poller;
import dev.eventloop.testkit.kernel.SimulatedKernel;

/** Opens the event loops of a scenario. */
final class Loops {
    private final Scenario scenario;
    private final SimulatedKernel kernel;
    private final Spinning spinning;

    Loops(Scenario scenario, SimulatedKernel kernel, Spinning spinning) {
        this.scenario = scenario;
        this.kernel = kernel;
        this.spinning = spinning;
    }

    /** An event loop with the scenario's poller over the simulated kernel. */
    EventLoop open(EventLoopOptions options) throws ErrnoException {
        int maxEvents = scenario.maxEvents();
        Poller poller =
                switch (scenario.poller()) {
                    case "epoll" -> new EpollPoller(kernel, maxEvents);
                    case "poll" -> new PollPoller(kernel, maxEvents);
                    case "select" -> new SelectPoller(kernel, maxEvents);
                    case "kqueue" -> new KqueuePoller(kernel, maxEvents);
                    default -> throw new AssertionError(scenario.poller());
                };
        EventLoopOptions same = options.maxEvents(maxEvents); // as EventLoop.create has it
        return EventLoop.over(poller, same.clock(spinning::nanoTime));
    }
}
