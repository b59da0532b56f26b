package dev.eventloop.lb.command;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.Timer;
import dev.eventloop.events.SystemEvents;
import dev.eventloop.events.Watch;
import dev.eventloop.lb.config.AllSettings;
import dev.eventloop.lb.config.Configuration;
import dev.eventloop.lb.config.FilesRead;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the files of a configuration, with {@code --watch}: by the changes in their folders, and
 * in those of the symbolic links on the way to them. A change counts once nothing more has happened
 * for a moment, and only if a file's text differs. Its methods may be called on any thread.
 */
final class FileWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);

    /** Editors and volumes of Kubernetes take several steps to change a file. */
    private static final Duration SETTLED = Duration.ofMillis(100);

    private final EventLoop loop;
    private final SystemEvents events;
    private final Timer settled;
    private final Consumer<String> changed;
    private final Map<Path, Watch> folders = new HashMap<>();

    /** What was in the files when they were last read, or seen to have changed. */
    private Map<String, String> known = Map.of();

    private boolean closed;

    private FileWatch(EventLoop loop, Consumer<String> changed) {
        this.loop = loop;
        this.events = SystemEvents.on(loop);
        this.settled = loop.newTimer(this::look);
        this.changed = changed;
    }

    /**
     * Starts a daemon thread that watches nothing yet.
     *
     * @param changed called on that thread, with the names of the files
     */
    static FileWatch start(Consumer<String> changed) {
        EventLoop loop =
                EventLoop.create(EventLoopOptions.defaults().errorHandler(FileWatch::failed));
        FileWatch watch = new FileWatch(loop, changed);
        Thread thread = new Thread(watch::run, "file-watch");
        thread.setDaemon(true);
        thread.start();
        return watch;
    }

    /** Watches the files of this configuration from now on, if it says so, and no others. */
    synchronized void watch(Configuration configuration) {
        boolean wanted = configuration.get(AllSettings.WATCH);
        Map<String, String> read = wanted ? configuration.files().fingerprints() : Map.of();
        if (!closed) {
            loop.execute(() -> watch(read));
        }
    }

    private void run() {
        try {
            loop.runUntilStopped();
        } catch (IOException | RuntimeException e) {
            LOG.error("files are no longer watched, because of an error", e);
        } finally {
            events.close();
            loop.close();
        }
    }

    // On the thread of the loop

    private void watch(Map<String, String> read) {
        known = new LinkedHashMap<>(read);
        watchFolders();
        look(); // a change may have come between the reading and the watching
    }

    private void somethingHappened() {
        settled.start(SETTLED);
    }

    private void look() {
        watchFolders();
        Map<String, String> now = FilesRead.fingerprints(known.keySet());
        Set<String> different = new HashSet<>(known.keySet());
        different.removeIf(file -> now.get(file).equals(known.get(file)));
        if (!different.isEmpty()) {
            known = now;
            changed.accept(String.join(", ", different.stream().sorted().toList()));
        }
    }

    private void watchFolders() {
        Set<Path> wanted = new HashSet<>();
        known.keySet().forEach(file -> wanted.addAll(FoldersOf.file(Path.of(file))));
        folders.entrySet().removeIf(entry -> !keeps(entry.getValue(), wanted, entry.getKey()));
        wanted.removeAll(folders.keySet());
        wanted.forEach(this::watchFolder);
    }

    private static boolean keeps(Watch watch, Set<Path> wanted, Path folder) {
        if (watch.isActive() && wanted.contains(folder)) {
            return true;
        }
        watch.close();
        return false;
    }

    private void watchFolder(Path folder) {
        try {
            folders.put(
                    folder,
                    events.folder(folder, (change, name, none) -> somethingHappened(), null));
        } catch (ErrnoException | UnsupportedOperationException e) {
            LOG.warn(
                    "changes in {} are not noticed: {}; SIGHUP reloads all the same",
                    folder,
                    e.getMessage());
        }
    }

    private static void failed(Throwable e) {
        LOG.error("an error while files are watched", e);
    }

    /** Ends the thread. */
    @Override
    public synchronized void close() {
        closed = true;
        loop.stop();
    }
}
