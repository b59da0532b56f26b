package dev.eventloop.events;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import java.util.HashMap;
import java.util.Map;

/** Folders through EVFILT_VNODE: kqueue(2). */
final class VnodeFolders implements FolderSource {
    private final KernelQueue queue;
    private final Map<FolderWatch<?>, VnodeFolder> folders = new HashMap<>();

    VnodeFolders(KernelQueue queue) {
        this.queue = queue;
    }

    @Override
    public EventSource describe() {
        return new EventSource(
                EventSource.Kind.FOLDER,
                true,
                "EVFILT_VNODE of a kqueue that the loop watches, with an fd for each file");
    }

    @Override
    public void add(FolderWatch<?> watch) throws ErrnoException {
        VnodeFolder folder = new VnodeFolder(queue, watch, () -> folders.remove(watch));
        for (VnodeFolder other : folders.values()) {
            if (other.isSameAs(folder)) {
                throw Errno.exception(Errno.EEXIST, "watch", watch.folder());
            }
        }
        folder.open();
        folders.put(watch, folder);
    }

    @Override
    public void remove(FolderWatch<?> watch) {
        VnodeFolder folder = folders.remove(watch);
        if (folder != null) {
            folder.close();
        }
    }

    @Override
    public void close() {
        // each watch closes its own fds
    }
}
