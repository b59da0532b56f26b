package dev.eventloop.examples.filewatch;

import dev.eventloop.EventLoop;
import dev.eventloop.Timer;
import dev.eventloop.events.FolderChange;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Duration;

/**
 * Debounces changes: saving a file or unpacking an archive causes many. Each change restarts the
 * timer, which costs almost nothing.
 */
final class FolderWatcher {
    /** The longest delay, in case changes never stop, as with a log file. */
    private static final int MOST_PERIODS = 20;

    private final Journal journal;
    private final PathMatcher matcher;
    private final Duration debounce;
    private final CommandRunner runner;
    private final Timer quiet;
    private long firstChange;
    private long changes;

    FolderWatcher(
            EventLoop loop,
            Journal journal,
            PathMatcher matcher,
            Duration debounce,
            CommandRunner runner) {
        this.journal = journal;
        this.matcher = matcher;
        this.debounce = debounce;
        this.runner = runner;
        this.quiet = loop.newTimer(runner::want);
    }

    void onChange(FolderChange change, String name) {
        switch (change) {
            case CREATED, MODIFIED, DELETED -> {
                if (matches(name)) {
                    journal.say(change + " " + name);
                    noted();
                }
            }
            case OVERFLOW -> {
                journal.say("OVERFLOW: the kernel's queue was full and dropped changes");
                noted();
            }
            case GONE -> runner.giveUp("the folder is gone");
        }
    }

    /** Characters that the JVM's charset lacks, such as é, ä or 안 in the C locale, match as "?". */
    private boolean matches(String name) {
        try {
            return matcher.matches(Path.of(name));
        } catch (InvalidPathException e) {
            return matcher.matches(Path.of(name.replaceAll("[^ -~]", "?")));
        }
    }

    private void noted() {
        changes++;
        long now = System.nanoTime();
        if (!quiet.isActive()) {
            firstChange = now;
        }
        if (now - firstChange <= MOST_PERIODS * debounce.toNanos()) {
            quiet.start(debounce);
        }
    }

    @Override
    public String toString() {
        return changes + (changes == 1 ? " change" : " changes");
    }
}
