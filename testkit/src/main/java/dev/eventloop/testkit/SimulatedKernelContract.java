package dev.eventloop.testkit;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.spi.Poller;
import dev.eventloop.testkit.kernel.KernelOptions;
import dev.eventloop.testkit.kernel.SimulatedKernel;

/** The contract over a simulated kernel with real time. A subclass opens the poller. */
public abstract class SimulatedKernelContract extends EventLoopContract {
    private final SimulatedKernel kernel;

    /**
     * @param options of the kernel, to which {@link KernelOptions#wallClock} is added
     */
    protected SimulatedKernelContract(KernelOptions options) {
        kernel = new SimulatedKernel(options.wallClock());
    }

    /** Opens the poller under test over that kernel. */
    protected abstract Poller newPoller(SimulatedKernel kernel, int maxEvents)
            throws ErrnoException;

    @Override
    protected final Machine machine() {
        return kernel;
    }

    @Override
    protected final EventLoop newLoop(EventLoopOptions options) throws ErrnoException {
        return EventLoop.over(newPoller(kernel, options.maxEvents()), options);
    }
}
