package dev.eventloop.kqueue;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.testkit.EventLoopContract;
import dev.eventloop.testkit.Machine;
import dev.eventloop.testkit.kernel.KernelOptions;
import dev.eventloop.testkit.kernel.SimulatedKernel;

/** The contract on the kqueue of the simulated kernel, with the struct kevent of macOS. */
class KqueueOnTheSimulatedKernelKeepsTheContractTest extends EventLoopContract {
    private final SimulatedKernel kernel =
            new SimulatedKernel(KernelOptions.defaults().wallClock().keventSize(layout().size()));

    KeventLayout layout() {
        return KeventLayout.MACOS;
    }

    @Override
    protected final Machine machine() {
        return kernel;
    }

    @Override
    protected final EventLoop newLoop(EventLoopOptions options) throws ErrnoException {
        return EventLoop.over(new KqueuePoller(kernel, layout(), options.maxEvents()), options);
    }
}
