package dev.eventloop.examples.filewatch;

import dev.eventloop.EventLoop;
import dev.eventloop.Timer;
import dev.eventloop.events.SystemEvents;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Runs the command, one child at a time: stops one before it starts the next. */
final class CommandRunner {
    /** How long a child may take to exit after SIGTERM. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final EventLoop loop;
    private final SystemEvents events;
    private final Journal journal;
    private final List<String> command;
    private final boolean restart;
    private final Timer impatience;
    private Process child;
    private long started;

    /** Whether to run once more after the child's exit. */
    private boolean wanted;

    private boolean stopping;
    private long runs;
    private int exitCode;

    CommandRunner(
            EventLoop loop,
            SystemEvents events,
            Journal journal,
            List<String> command,
            boolean restart) {
        this.loop = loop;
        this.events = events;
        this.journal = journal;
        this.command = command;
        this.restart = restart;
        this.impatience = loop.newTimer(this::killChild);
    }

    /** Runs the command, now or after the child's exit. */
    void want() {
        if (stopping || command.isEmpty()) {
            return;
        }
        wanted = true;
        if (child == null) {
            run();
        } else if (restart) {
            endChild();
        }
    }

    /** SIGHUP runs the command; the other signals stop, and the second of them kills. */
    void onSignal(String name) {
        journal.say(name);
        if (name.equals("SIGHUP")) {
            want();
        } else if (stopping) {
            killChild();
        } else {
            stop();
        }
    }

    /** Called when the process of --pid has exited. */
    void onOtherExit(long pid) {
        journal.say("process " + pid + " has exited");
        stop();
    }

    /** Prints the reason and stops with exit code 1. */
    void giveUp(String why) {
        System.err.println("file-watch: " + why);
        exitCode = 1;
        stop();
    }

    int exitCode() {
        return exitCode;
    }

    /** Starting a process blocks the loop for a few milliseconds. */
    private void run() {
        wanted = false;
        try {
            child = new ProcessBuilder(command).inheritIO().start();
        } catch (IOException e) {
            giveUp(e.getMessage()); // Cannot run program "maek": error=2, No such file or directory
            return;
        }
        runs++;
        started = System.nanoTime();
        journal.say("runs " + String.join(" ", command) + ", process " + child.pid());
        events.exit(child, (pid, code, self) -> self.onExit(pid, code), this);
    }

    private void onExit(long pid, int code) {
        Duration took = Duration.ofNanos(System.nanoTime() - started);
        journal.say("process " + pid + " exited with " + code + " after " + Journal.seconds(took));
        child = null;
        impatience.cancel();
        if (stopping) {
            loop.stop();
        } else if (wanted) {
            run();
        }
    }

    private void stop() {
        stopping = true;
        if (child == null) {
            loop.stop();
        } else {
            endChild();
        }
    }

    /** Sends SIGTERM to the child and its descendants: a shell does not forward it. */
    private void endChild() {
        List<ProcessHandle> family = child.descendants().toList();
        child.destroy(); // first, or a shell would continue with its next command
        family.forEach(ProcessHandle::destroy);
        if (!impatience.isActive()) {
            impatience.start(PATIENCE);
        }
    }

    private void killChild() {
        if (child != null) {
            journal.say("process " + child.pid() + " does not exit; it is killed");
            List<ProcessHandle> family = child.descendants().toList();
            child.destroyForcibly();
            family.forEach(ProcessHandle::destroyForcibly);
        }
    }

    @Override
    public String toString() {
        return runs + (runs == 1 ? " run" : " runs") + (child == null ? "" : ", one running");
    }
}
