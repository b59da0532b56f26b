package dev.eventloop.epoll;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.testkit.EventLoopContract;
import dev.eventloop.testkit.Machine;
import dev.eventloop.testkit.kernel.Fault;
import dev.eventloop.testkit.kernel.Faults;
import dev.eventloop.testkit.kernel.KernelOptions;
import dev.eventloop.testkit.kernel.SimulatedKernel;

/** The contract on the epoll of a kernel whose waits are often interrupted. */
final class EpollOnAnInterruptedKernelKeepsTheContractTest extends EventLoopContract {
    private static final Faults INTERRUPTIONS = Faults.none().with(Fault.INTERRUPTED_WAIT, 3_000);

    private final SimulatedKernel kernel =
            new SimulatedKernel(KernelOptions.defaults().wallClock().faults(INTERRUPTIONS));

    @Override
    protected Machine machine() {
        return kernel;
    }

    @Override
    protected EventLoop newLoop(EventLoopOptions options) throws ErrnoException {
        return EventLoop.over(new EpollPoller(kernel, options.maxEvents()), options);
    }
}
