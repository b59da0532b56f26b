package dev.eventloop.examples.filewatch;

import dev.eventloop.EventLoop;
import dev.eventloop.Timer;
import dev.eventloop.events.FolderChange;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Duration;

/**
 * Waits until changes have come to rest: who saves a file, or unpacks an archive, makes many. The
 * timer begins anew with each of them, which costs nothing.
 */
final class FolderWatcher {
    /** Who never stops to write, such as a log file, is not waited for for ever. */
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
                journal.say("OVERFLOW: more changed than the kernel remembers");
                noted();
            }
            case GONE -> runner.giveUp("the folder is gone");
        }
    }

    /** What the JVM's character set lacks, in the locale C all of é, ä, 안, is taken for a "?". */
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
