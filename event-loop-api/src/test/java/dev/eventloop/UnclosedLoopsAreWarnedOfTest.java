package dev.eventloop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A loop that is garbage-collected without close is logged, once. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
final class UnclosedLoopsAreWarnedOfTest {
    private static final String TRACE = "eventloop.creation.trace";

    private final Logger logger = Logger.getLogger("dev.eventloop");
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private final Handler handler =
            new Handler() {
                @Override
                public void publish(LogRecord record) {
                    records.add(record);
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
    }

    @AfterEach
    void restore() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
        System.clearProperty(TRACE);
    }

    private List<LogRecord> of(String backend) {
        return records.stream()
                .filter(record -> record.getMessage().contains("over " + backend + " "))
                .toList();
    }

    /** Uses a loop in every way that could keep it reachable. */
    private static void use(String backend, boolean close) throws Exception {
        EventLoop loop = EventLoop.over(new MemoryPoller(backend), EventLoopOptions.defaults());
        loop.add(3, Events.READ, (fd, events, attachment) -> {}, loop);
        loop.newTimer(loop::stop).start(Duration.ofHours(1));
        loop.execute(loop::wakeup);
        loop.run(0);
        if (close) {
            loop.close();
        }
    }

    private void collectUntilWarnedOf(String backend) throws Exception {
        while (of(backend).isEmpty()) {
            System.gc();
            Thread.sleep(5);
        }
    }

    @Test
    void onceEachAndNotIfItWasClosed() throws Exception {
        use("closed", true);
        use("forgotten", false);
        collectUntilWarnedOf("forgotten");
        use("later", false);
        collectUntilWarnedOf("later"); // and by now everything of the others is collected
        assertThat(of("closed")).isEmpty();
        assertThat(of("forgotten"))
                .singleElement()
                .satisfies(
                        record -> {
                            assertThat(record.getLevel().getName()).isEqualTo("WARNING");
                            assertThat(record.getThrown()).isNull();
                            assertThat(record.getMessage())
                                    .contains("without close()", "-D" + TRACE + "=true");
                        });
    }

    @Test
    void withThePlaceOfItsCreationWhereThePropertyAsksForIt() throws Exception {
        System.setProperty(TRACE, "true");
        use("traced", false);
        collectUntilWarnedOf("traced");
        assertThat(of("traced").get(0).getThrown().getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("use"));
    }
}
