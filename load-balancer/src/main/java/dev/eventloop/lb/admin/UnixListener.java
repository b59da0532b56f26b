package dev.eventloop.lb.admin;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listening unix-domain socket of mode 0600: only its owner may connect, and root. */
public final class UnixListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UnixListener.class);

    // sys/stat.h; inode(7)
    private static final int S_IFMT = 0170000;
    private static final int S_IFSOCK = 0140000;

    private final String what;
    private final Path path;
    private final int fd;

    /** Tells the file from one that another process put in its place. */
    private final Object fileKey;

    private UnixListener(String what, Path path, int fd, Object fileKey) {
        this.what = what;
        this.path = path;
        this.fd = fd;
        this.fileKey = fileKey;
    }

    /**
     * Listens at a path, in place of a socket that an earlier process left there.
     *
     * @param what it is, in sentences: {@code "the admin socket"}
     * @throws IOException if a process listens there, if another kind of file is there, or if the
     *     folder cannot be written
     * @throws IllegalArgumentException if the path is too long
     */
    public static UnixListener open(String what, UnixDomainSocketAddress address)
            throws IOException {
        Path path = address.getPath().toAbsolutePath();
        refuseIfTaken(what, path);
        return replace(what, path);
    }

    /** As {@link #open}, also in place of a socket on which another process listens. */
    public static UnixListener replace(String what, Path path) throws IOException {
        try {
            return listen(what, path);
        } catch (IOException e) {
            throw wrong(what, path, "cannot be made: " + e.getMessage(), e);
        }
    }

    /** A socket that another process has made at this path, and given to this one. */
    public static UnixListener inherit(String what, UnixDomainSocketAddress address, int fd)
            throws IOException {
        Path path = address.getPath().toAbsolutePath();
        return new UnixListener(what, path, fd, attributes(path).fileKey());
    }

    private static void refuseIfTaken(String what, Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!isSocket(path)) {
            throw wrong(what, path, "is there and is no socket; name another path", null);
        }
        try {
            Sockets.system().close(Sockets.system().connect(UnixDomainSocketAddress.of(path)));
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ECONNREFUSED) { // nobody listens: unix(7)
                return;
            }
            if (e.errno() != Errno.EAGAIN) {
                throw wrong(what, path, "is there and cannot be tried: " + e.getMessage(), e);
            }
        }
        throw wrong(what, path, "is served by another process; end it, or name another path", null);
    }

    /**
     * The socket is made in a folder that only this user may enter, and renamed when it has its
     * mode. So at no time can another user connect, whatever the umask is.
     */
    private static UnixListener listen(String what, Path path) throws IOException {
        String name = ".%06x".formatted(ThreadLocalRandom.current().nextInt(1 << 24));
        Path folder = path.resolveSibling(name);
        Files.createDirectory(
                folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path made = folder.resolve("s");
        int fd = -1;
        try {
            fd =
                    Sockets.system()
                            .listen(UnixDomainSocketAddress.of(made), ListenOptions.defaults());
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
            Object key = attributes(made).fileKey();
            Files.move(made, path, StandardCopyOption.ATOMIC_MOVE);
            int listening = fd;
            fd = -1;
            return new UnixListener(what, path, listening, key);
        } finally {
            if (fd >= 0) {
                Sockets.system().close(fd);
            }
            Files.deleteIfExists(made);
            Files.delete(folder);
        }
    }

    private static boolean isSocket(Path path) throws IOException {
        int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return (mode & S_IFMT) == S_IFSOCK;
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static IOException wrong(String what, Path path, String why, Exception cause) {
        return new IOException(what + " " + path + " " + why, cause);
    }

    public int fd() {
        return fd;
    }

    /** Removes the file, unless it is another one by now. The owner of the fd closes that. */
    @Override
    public void close() {
        try {
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                    && Objects.equals(attributes(path).fileKey(), fileKey)) {
                Files.delete(path);
            }
        } catch (IOException e) {
            LOG.warn("{} {} stays: {}", what, path, e.getMessage());
        }
    }
}
