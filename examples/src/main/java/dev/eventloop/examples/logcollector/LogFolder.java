package dev.eventloop.examples.logcollector;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder of numbered files, from {@code 0000000001.log}. A file lock ensures that only one
 * program writes there; the kernel releases it when the program exits, even after a crash.
 */
final class LogFolder implements AutoCloseable {
    private static final String SUFFIX = ".log";
    private static final int DIGITS = 10;
    private static final int BLOCK = 64 * 1024;

    private final Path folder;
    private final FileChannel lockFile;
    private final FileLock lock;

    /** The files, oldest first; the last one is being written. */
    private final Deque<Path> files = new ArrayDeque<>();

    private long number;

    private LogFolder(Path folder, FileChannel lockFile, FileLock lock) throws IOException {
        this.folder = folder;
        this.lockFile = lockFile;
        this.lock = lock;
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> logs = all.filter(LogFolder::isLog).sorted().toList();
            files.addAll(logs);
        }
        if (!files.isEmpty()) {
            String name = files.getLast().getFileName().toString();
            number = Long.parseLong(name.substring(0, DIGITS));
        }
    }

    /**
     * Opens the folder, creating it if necessary.
     *
     * @throws IOException with a sentence
     */
    static LogFolder open(Path folder) throws IOException {
        FileChannel lockFile = null;
        try {
            Files.createDirectories(folder);
            lockFile =
                    FileChannel.open(
                            folder.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            FileLock lock = lockFile.tryLock();
            if (lock != null) {
                return new LogFolder(folder, lockFile, lock);
            }
            lockFile.close();
        } catch (OverlappingFileLockException e) {
            lockFile.close();
        } catch (FileSystemException e) {
            throw new IOException("cannot keep lines in " + folder + ": " + reason(e), e);
        }
        throw new IOException(
                "another collector already writes to "
                        + folder
                        + "; use a separate folder for each");
    }

    /** The reason without the file's name, which the sentence already contains. */
    static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "No such file or directory";
        } else if (e instanceof AccessDeniedException) {
            return "Permission denied";
        } else if (e instanceof FileAlreadyExistsException) {
            return "File exists";
        }
        String reason =
                e instanceof FileSystemException failure ? failure.getReason() : e.getMessage();
        return reason != null ? reason : e.getClass().getSimpleName();
    }

    /**
     * Opens the newest file to continue it; null if there is none. Cuts off an incomplete last line
     * left by a crash: it was not acknowledged, because acknowledgements follow the complete write
     * of a batch.
     */
    FileChannel openLast() throws IOException {
        if (files.isEmpty()) {
            return null;
        }
        FileChannel file =
                FileChannel.open(
                        files.getLast(), StandardOpenOption.READ, StandardOpenOption.WRITE);
        long end = endOfLastLine(file);
        file.truncate(end).position(end);
        return file;
    }

    private static long endOfLastLine(FileChannel file) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        long end = file.size();
        while (end > 0) {
            long start = Math.max(0, end - BLOCK);
            block.clear().limit((int) (end - start));
            while (block.hasRemaining()) {
                if (file.read(block, start + block.position()) < 0) {
                    break;
                }
            }
            int newline = Newlines.lastIndexOf(block, 0, block.position());
            if (newline >= 0) {
                return start + newline + 1;
            }
            end = start;
        }
        return 0;
    }

    /** Creates a new file. */
    FileChannel create() throws IOException {
        Path path = folder.resolve(("%0" + DIGITS + "d").formatted(number + 1) + SUFFIX);
        FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        number++;
        files.addLast(path);
        return file;
    }

    /** Syncs the directory, because the fsync of a file does not save its directory entry. */
    void force() throws IOException {
        try (FileChannel directory = FileChannel.open(folder)) {
            directory.force(true);
        }
    }

    /** Deletes the oldest files until at most this many are left. */
    void keep(int count) throws IOException {
        while (files.size() > count) {
            Files.deleteIfExists(files.getFirst());
            files.removeFirst();
        }
    }

    /** Returns whether the current file still has its name, that is, was not deleted or moved. */
    boolean hasLast() {
        return Files.exists(last());
    }

    /** The current file. */
    Path last() {
        return files.getLast();
    }

    int count() {
        return files.size();
    }

    @Override
    public void close() throws IOException {
        try (lockFile) {
            lock.release();
        }
    }

    private static boolean isLog(Path file) {
        return file.getFileName().toString().matches("\\d{" + DIGITS + "}\\" + SUFFIX);
    }
}
