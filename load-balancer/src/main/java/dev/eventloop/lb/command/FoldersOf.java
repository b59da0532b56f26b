package dev.eventloop.lb.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;

/** Finds the folders in which a change can make a name stand for another file. */
final class FoldersOf {
    /** As many as Linux follows: path_resolution(7). */
    private static final int MOST_LINKS = 40;

    private FoldersOf() {}

    /**
     * The folder of the file, and that of each symbolic link on the way to it. Where a part of the
     * way is missing, the last folder that is there. None of them is a link.
     */
    static Set<Path> file(Path file) {
        Set<Path> folders = new LinkedHashSet<>();
        Deque<Path> way = new ArrayDeque<>();
        file.toAbsolutePath().forEach(way::add);
        Path folder = file.toAbsolutePath().getRoot();
        int links = 0;
        while (!way.isEmpty() && links <= MOST_LINKS) {
            Path next = folder.resolve(way.poll()).normalize(); // "." and ".." of no link
            if (Files.isSymbolicLink(next)) {
                links++;
                folders.add(folder);
                folder = follow(next, folder, way);
            } else if (Files.isDirectory(next)) {
                folder = next;
            } else {
                folders.add(folder);
                return folders;
            }
        }
        folders.add(folder); // where a folder is in the place of the file, or links go in circles
        return folders;
    }

    /** Puts the target of the link before the rest of the way; the folder that it begins at. */
    private static Path follow(Path link, Path folder, Deque<Path> way) {
        Path target;
        try {
            target = Files.readSymbolicLink(link);
        } catch (IOException e) { // it has just vanished
            way.clear();
            return folder;
        }
        for (int i = target.getNameCount() - 1; i >= 0; i--) {
            way.addFirst(target.getName(i));
        }
        return target.isAbsolute() ? target.getRoot() : folder;
    }
}
