package dev.eventloop.events;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.NativeMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A folder through EVFILT_VNODE. It reports that names have changed but not which, so the folder is
 * listed again and compared. Writes to a file are reported only on an fd of that file.
 */
final class VnodeFolder {
    // sys/event.h, the same on all bound systems
    private static final int NOTE_DELETE = 0x0001;
    private static final int NOTE_WRITE = 0x0002;
    private static final int NOTE_EXTEND = 0x0004;
    private static final int NOTE_RENAME = 0x0020;
    private static final int NOTE_REVOKE = 0x0040;
    private static final int ENDS = NOTE_DELETE | NOTE_RENAME | NOTE_REVOKE;

    /** The file with a name: its identity, and if it is watched, its fd and key; fd -1 if not. */
    private record Entry(Object identity, int fd, long key) {}

    private final KernelQueue queue;
    private final FolderWatch<?> watch;
    private final Runnable onGone;
    private final Object identity;
    private final Map<String, Entry> entries = new HashMap<>();
    private Entry itself;
    private boolean unseen;

    /**
     * @throws ErrnoException ENOENT, ENOTDIR, EACCES
     */
    VnodeFolder(KernelQueue queue, FolderWatch<?> watch, Runnable onGone) throws ErrnoException {
        this.queue = queue;
        this.watch = watch;
        this.onGone = onGone;
        this.identity = identity(watch.folder());
    }

    private static Object identity(Path folder) throws ErrnoException {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(folder, BasicFileAttributes.class);
            if (!attributes.isDirectory()) {
                throw Errno.exception(Errno.ENOTDIR, "watch", folder);
            }
            return attributes.fileKey();
        } catch (ErrnoException e) {
            throw e;
        } catch (NoSuchFileException e) {
            throw Errno.exception(Errno.ENOENT, "watch", folder);
        } catch (IOException e) {
            throw Errno.exception(Errno.EACCES, "watch", folder);
        }
    }

    boolean isSameAs(VnodeFolder other) {
        return identity.equals(other.identity);
    }

    /**
     * Opens the folder and its files.
     *
     * @throws ErrnoException EACCES, EMFILE …; all fds are closed then
     */
    void open() throws ErrnoException {
        boolean done = false;
        try {
            itself = opened(watch.folder(), identity, NOTE_WRITE | ENDS, this::onFolder);
            for (Map.Entry<String, BasicFileAttributes> file : list().entrySet()) {
                entries.put(file.getKey(), opened(file.getKey(), file.getValue()));
            }
            done = true;
        } catch (ErrnoException e) {
            throw e;
        } catch (IOException e) {
            throw Errno.exception(Errno.EACCES, "list", watch.folder());
        } finally {
            if (!done) {
                close();
            }
        }
    }

    void close() {
        if (itself != null) {
            close(itself);
            itself = null;
        }
        entries.values().forEach(this::close);
        entries.clear();
    }

    private void onFolder(int fflags) throws IOException {
        if ((fflags & ENDS) != 0) {
            gone();
        } else {
            compare();
        }
    }

    private void onFile(String name, int fflags) throws IOException {
        if ((fflags & (NOTE_WRITE | NOTE_EXTEND)) != 0) {
            watch.report(FolderChange.MODIFIED, name);
        }
    }

    private void gone() throws IOException {
        close();
        onGone.run();
        watch.reportGone();
    }

    /**
     * Reports the differences to the last listing. If a callback throws, the rest is reported
     * later.
     */
    private void compare() throws IOException {
        Map<String, BasicFileAttributes> now;
        try {
            now = list();
        } catch (NoSuchFileException e) {
            gone();
            return;
        }
        boolean done = false;
        try {
            List<String> before = new ArrayList<>(entries.keySet());
            for (String name : before) {
                if (!now.containsKey(name) && isOpen()) {
                    close(entries.remove(name));
                    watch.report(FolderChange.DELETED, name);
                }
            }
            for (Map.Entry<String, BasicFileAttributes> file : now.entrySet()) {
                Entry known = entries.get(file.getKey());
                if (isOpen() && !isThat(known, file.getValue())) {
                    replace(known, file.getKey(), file.getValue());
                }
            }
            reportUnseen();
            done = true;
        } finally {
            if (!done && isOpen()) {
                queue.loop().execute(this::compareLater);
            }
        }
    }

    private void compareLater() {
        try {
            if (isOpen()) {
                compare();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void replace(Entry known, String name, BasicFileAttributes file) throws IOException {
        if (known != null) {
            close(known);
        }
        try {
            entries.put(name, opened(name, file));
        } catch (ErrnoException e) { // out of file descriptors
            entries.put(name, new Entry(file.fileKey(), -1, 0));
            unseen = true;
        }
        watch.report(FolderChange.CREATED, name);
    }

    /** Reports OVERFLOW once if a file could not be opened, since its writes are missed. */
    private void reportUnseen() throws IOException {
        if (unseen) {
            unseen = false;
            watch.report(FolderChange.OVERFLOW, null);
        }
    }

    private static boolean isThat(Entry known, BasicFileAttributes file) {
        return known != null && Objects.equals(known.identity(), file.fileKey());
    }

    private boolean isOpen() {
        return itself != null;
    }

    /** Lists the folder in alphabetical order, so that the order of events is deterministic. */
    private Map<String, BasicFileAttributes> list() throws IOException {
        Map<String, BasicFileAttributes> files = new TreeMap<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(watch.folder())) {
            for (Path path : stream) {
                try {
                    files.put(
                            path.getFileName().toString(),
                            Files.readAttributes(
                                    path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
                } catch (NoSuchFileException e) { // deleted since the listing
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return files;
    }

    /** Watches a regular file; of subfolders and special files only the name is kept. */
    private Entry opened(String name, BasicFileAttributes file) throws ErrnoException {
        if (!file.isRegularFile()) {
            return new Entry(file.fileKey(), -1, 0);
        }
        Path path = watch.folder().resolve(name);
        int notes = NOTE_WRITE | NOTE_EXTEND;
        return opened(path, file.fileKey(), notes, fflags -> onFile(name, fflags));
    }

    private Entry opened(Path path, Object identity, int notes, KernelQueue.Listener listener)
            throws ErrnoException {
        int fd;
        try (NativeMemory encoded = NativePath.of(path)) {
            fd = queue.libc().openToWatch(encoded.address());
        }
        if (itself != null && (fd == -Errno.ENOENT || fd == -Errno.EACCES)) {
            return new Entry(identity, -1, 0); // not watched, but its name is kept
        }
        Errno.check(fd, "watch", path);
        try {
            int filter = KernelQueue.EVFILT_VNODE;
            return new Entry(
                    identity, fd, queue.add(fd, filter, KernelQueue.EV_CLEAR, notes, listener));
        } catch (ErrnoException e) {
            queue.libc().close(fd);
            throw e;
        }
    }

    private void close(Entry entry) {
        if (entry.fd() >= 0) {
            queue.remove(entry.fd(), KernelQueue.EVFILT_VNODE, entry.key());
            queue.libc().close(entry.fd());
        }
    }
}
