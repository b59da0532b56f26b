package dev.eventloop.lb.chaos;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.fixture.Program;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small file system of its own, which can be filled. */
final class Disk implements AutoCloseable {
    private static final String SIZE = "size=16m";
    private static final int CHUNK = 64 * 1024;

    private final Path folder;
    private final Path filler;

    private Disk(Path folder) {
        this.folder = folder;
        this.filler = folder.resolve("filler");
    }

    /** Mounts it; skips the test where that is not allowed. */
    static Disk mount(Path folder) throws Exception {
        boolean isMounted = false;
        try (Program mount =
                Program.start("mount", "-t", "tmpfs", "-o", SIZE, "disk", folder.toString())) {
            isMounted = mount.awaitExit() == 0;
        } catch (IOException e) {
            // there is no mount(8)
        }
        if (!isMounted) {
            System.out.println("Disk: skipped, because only root may mount a file system");
        }
        assumeTrue(isMounted, "only root may mount a file system");
        return new Disk(folder);
    }

    /** Fills it to the last page, or makes room again. */
    void fill(boolean full) throws IOException {
        if (!full) {
            Files.delete(filler);
            return;
        }
        try (OutputStream out = Files.newOutputStream(filler)) {
            byte[] chunk = new byte[CHUNK];
            while (true) {
                out.write(chunk);
            }
        } catch (IOException e) {
            // ENOSPC
        }
    }

    @Override
    public void close() throws IOException {
        try {
            String ignored = Program.run("umount", "-l", folder.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            throw new IOException("cannot unmount " + folder, e);
        }
    }
}
