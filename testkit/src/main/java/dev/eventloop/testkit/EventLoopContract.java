package dev.eventloop.testkit;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import org.junit.jupiter.api.Nested;

/**
 * Everything that every backend promises. A subclass says how to make a loop, and inherits the
 * tests:
 *
 * <pre>{@code
 * final class EpollKeepsTheContractTest extends EventLoopContract {
 *     @Override
 *     protected EventLoop newLoop(EventLoopOptions options) {
 *         return EventLoop.create(options.backend("epoll"));
 *     }
 * }
 * }</pre>
 *
 * <p>A backend over another kernel than this machine's is tried on that: {@link #machine} says so.
 *
 * <p>What a backend need not be able to do is asked of {@link EventLoop#capabilities}; such tests
 * are skipped, and others see to it that what is missing is refused.
 */
public abstract class EventLoopContract {
    /**
     * A loop over the backend under test, with exactly these options but for the backend's name.
     */
    protected abstract EventLoop newLoop(EventLoopOptions options) throws ErrnoException;

    /**
     * The kernel that the loops of this test wait on; all fds that they watch come from it. Its
     * waits must take real time, and end when another thread wants them to.
     */
    protected Machine machine() {
        return Machine.real();
    }

    @Nested
    final class Registration extends RegistrationContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Misuse extends MisuseContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Words extends WordsContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Abandoned extends AbandonedContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Delivery extends DeliveryContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Fairness extends FairnessContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Batch extends BatchContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Trigger extends TriggerContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class HangUp extends HangUpContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Reset extends ResetContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Duplicate extends DuplicateContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Traffic extends TrafficContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Running extends RunningContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Signal extends SignalContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Scarcity extends ScarcityContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Failure extends FailureContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Timers extends TimerContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Threads extends ThreadContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class ManyLoops extends ManyLoopsContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class LifeCycle extends LifeCycleContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }
}
