package dev.eventloop.testkit;

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
 * <p>What a backend need not be able to do is asked of {@link EventLoop#capabilities}; such tests
 * are skipped, and others see to it that what is missing is refused.
 */
public abstract class EventLoopContract {
    /**
     * A loop over the backend under test, with exactly these options but for the backend's name.
     */
    protected abstract EventLoop newLoop(EventLoopOptions options);

    @Nested
    final class Registration extends RegistrationContract {
        @Override
        EventLoop newLoop(EventLoopOptions options) {
            return EventLoopContract.this.newLoop(options);
        }
    }

    @Nested
    final class Misuse extends MisuseContract {
        @Override
        EventLoop newLoop(EventLoopOptions options) {
            return EventLoopContract.this.newLoop(options);
        }
    }

    @Nested
    final class Delivery extends DeliveryContract {
        @Override
        EventLoop newLoop(EventLoopOptions options) {
            return EventLoopContract.this.newLoop(options);
        }
    }

    @Nested
    final class Batch extends BatchContract {
        @Override
        EventLoop newLoop(EventLoopOptions options) {
            return EventLoopContract.this.newLoop(options);
        }
    }

    @Nested
    final class Trigger extends TriggerContract {
        @Override
        EventLoop newLoop(EventLoopOptions options) {
            return EventLoopContract.this.newLoop(options);
        }
    }

    @Nested
    final class HangUp extends HangUpContract {
        @Override
        EventLoop newLoop(EventLoopOptions options) {
            return EventLoopContract.this.newLoop(options);
        }
    }

    @Nested
    final class Duplicate extends DuplicateContract {
        @Override
        EventLoop newLoop(EventLoopOptions options) {
            return EventLoopContract.this.newLoop(options);
        }
    }

    @Nested
    final class Traffic extends TrafficContract {
        @Override
        EventLoop newLoop(EventLoopOptions options) {
            return EventLoopContract.this.newLoop(options);
        }
    }

    @Nested
    final class Running extends RunningContract {
        @Override
        EventLoop newLoop(EventLoopOptions options) {
            return EventLoopContract.this.newLoop(options);
        }
    }

    @Nested
    final class Failure extends FailureContract {
        @Override
        EventLoop newLoop(EventLoopOptions options) {
            return EventLoopContract.this.newLoop(options);
        }
    }

    @Nested
    final class Timers extends TimerContract {
        @Override
        EventLoop newLoop(EventLoopOptions options) {
            return EventLoopContract.this.newLoop(options);
        }
    }

    @Nested
    final class Threads extends ThreadContract {
        @Override
        EventLoop newLoop(EventLoopOptions options) {
            return EventLoopContract.this.newLoop(options);
        }
    }

    @Nested
    final class LifeCycle extends LifeCycleContract {
        @Override
        EventLoop newLoop(EventLoopOptions options) {
            return EventLoopContract.this.newLoop(options);
        }
    }
}
