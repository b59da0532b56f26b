package dev.eventloop.select;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.testkit.EventLoopContract;
import dev.eventloop.testkit.Machine;
import dev.eventloop.testkit.kernel.KernelOptions;
import dev.eventloop.testkit.kernel.SimulatedKernel;

/** The contract on the select of the simulated kernel. */
final class SelectOnTheSimulatedKernelKeepsTheContractTest extends EventLoopContract {
    private final SimulatedKernel kernel =
            new SimulatedKernel(KernelOptions.defaults().wallClock());

    @Override
    protected Machine machine() {
        return kernel;
    }

    @Override
    protected EventLoop newLoop(EventLoopOptions options) throws ErrnoException {
        return EventLoop.over(new SelectPoller(kernel, options.maxEvents()), options);
    }
}
