package dev.eventloop.lb.command;

import dev.eventloop.lb.config.BadConfigurationException;
import dev.eventloop.lb.config.Configuration;
import dev.eventloop.lb.config.ConfigurationSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Reads a configuration again, for a limited time: the file may be a pipe by now, or on a disk that
 * hangs, and other reloads must not wait for it.
 */
final class TimedReading {
    private TimedReading() {}

    /**
     * Reads it on a thread of its own, which goes on for as long as the file blocks.
     *
     * @param files for the sentence
     * @throws BadConfigurationException with all mistakes, or if it takes longer than {@link
     *     TimeLimit}
     */
    static Configuration of(ConfigurationSource source, String files)
            throws BadConfigurationException {
        CompletableFuture<Configuration> read = new CompletableFuture<>();
        if (!TimeLimit.run("configuration", () -> read(source, read))) {
            throw new BadConfigurationException(
                    List.of(
                            files
                                    + " cannot be read within 2s; is one of them a pipe, or on a"
                                    + " disk that hangs?"));
        }
        try {
            return read.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof BadConfigurationException bad) {
                throw bad;
            }
            throw e;
        }
    }

    private static void read(ConfigurationSource source, CompletableFuture<Configuration> into) {
        try {
            into.complete(source.read());
        } catch (BadConfigurationException | RuntimeException | Error e) {
            into.completeExceptionally(e);
        }
    }
}
