package dev.eventloop.lb.command;

import dev.eventloop.libc.Signals;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * What the signals of the command do, but for SIGTERM and SIGINT. No signal that other programs
 * take for a reload, a reopened log or an upgrade may end this one.
 */
final class ProcessSignals {
    /**
     * The variable that moves the signal by which HotSpot suspends threads, SIGUSR2 by default:
     * os::Posix, SR_initialize. The launcher sets it on Linux.
     */
    private static final String MOVED = "_JAVA_SR_SIGNUM";

    /** Their default action ends the process, and they mean nothing here. */
    private static final List<String> MEANINGLESS =
            List.of("SIGALRM", "SIGVTALRM", "SIGPROF", "SIGIO", "SIGPWR", "SIGXCPU", "SIGSTKFLT");

    /** Null without {@code --handover}. */
    private static volatile Runnable nextProcess;

    private ProcessSignals() {}

    /** Before anything else: until then each of them ends the process, unless it is ignored. */
    static void handle() {
        Signals.handle("SIGHUP", Reload::requestReload);
        Signals.handle("SIGUSR1", Reload::requestReopen);
        if (System.getenv(MOVED) != null) {
            Signals.handle("SIGUSR2", ProcessSignals::handOver);
        }
        for (String name : MEANINGLESS) {
            try {
                Signals.handle(name, () -> {});
            } catch (IllegalArgumentException e) { // this system has no such signal
            }
        }
    }

    /** Whatever the process inherited. The calling thread must live as long as the process. */
    static void acceptInherited() {
        Signals.acceptInherited("SIGUSR1", List.of("SIGHUP", "SIGTERM", "SIGINT"));
    }

    /** SIGUSR2 starts the next process from now on. */
    static void handOverBy(Runnable start) {
        nextProcess = start;
    }

    private static void handOver() {
        Runnable start = nextProcess;
        if (start != null) {
            start.run();
        } else {
            LoggerFactory.getLogger(ProcessSignals.class)
                    .warn("SIGUSR2 has no effect: --handover is not set, or not in use yet");
        }
    }
}
