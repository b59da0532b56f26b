package dev.eventloop.examples.httpserver;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.OpenFile;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The files below one folder, and nothing outside it. */
final class Site {
    private static final String INDEX = "index.html";
    private static final String WELL_KNOWN = ".well-known"; // RFC 8615

    private final Sockets sockets;
    private final Path root;

    /**
     * @throws IOException if the folder does not exist
     */
    Site(Sockets sockets, Path folder) throws IOException {
        this.sockets = sockets;
        this.root = folder.toRealPath();
    }

    /**
     * The result of a lookup.
     *
     * @param status OK, MOVED_PERMANENTLY to the folder's path with a slash, or an error
     * @param file the open file if OK; else null
     * @param name the file's name
     */
    record Found(int status, OpenFile file, String name) {
        static Found nothing(int status) {
            return new Found(status, null, "");
        }
    }

    /**
     * Opens the file of a target. Follows links, whose final target must be below the root. A user
     * who can create links there during a request can read those files anyway.
     */
    Found find(Target target) {
        if (isHidden(target.path())) {
            return Found.nothing(Status.NOT_FOUND);
        }
        try {
            Found found = open(root.resolve(target.path()).toRealPath());
            if (found.status != Status.OK) {
                return found;
            }
            if (found.file.isDirectory()) {
                found.file.close();
                return target.folder()
                        ? regular(open(root.resolve(target.path()).resolve(INDEX).toRealPath()))
                        : Found.nothing(Status.MOVED_PERMANENTLY);
            }
            if (target.folder()) {
                found.file.close();
                return Found.nothing(Status.NOT_FOUND);
            }
            return regular(found);
        } catch (ErrnoException e) {
            boolean none = e.errno() == Errno.EMFILE || e.errno() == Errno.ENFILE;
            boolean denied = e.errno() == Errno.EACCES || e.errno() == Errno.EPERM;
            int status = denied ? Status.FORBIDDEN : Status.NOT_FOUND;
            return Found.nothing(none ? Status.UNAVAILABLE : status);
        } catch (AccessDeniedException e) {
            return Found.nothing(Status.FORBIDDEN);
        } catch (IOException | InvalidPathException e) {
            return Found.nothing(Status.NOT_FOUND);
        }
    }

    private Found open(Path real) throws ErrnoException {
        return real.startsWith(root)
                ? new Found(Status.OK, sockets.openFile(real), String.valueOf(real.getFileName()))
                : Found.nothing(Status.FORBIDDEN);
    }

    /** Refuses pipes, devices and other special files. */
    private static Found regular(Found found) {
        if (found.status != Status.OK || found.file.isRegular()) {
            return found;
        }
        found.file.close();
        return Found.nothing(Status.FORBIDDEN);
    }

    /** Hides {@code .git}, {@code .htpasswd} and similar names. */
    private static boolean isHidden(String path) {
        for (String name : path.split("/", -1)) {
            if (name.startsWith(".") && !name.equals(WELL_KNOWN)) {
                return true;
            }
        }
        return false;
    }
}
