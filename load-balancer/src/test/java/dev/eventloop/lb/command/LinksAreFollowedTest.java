package dev.eventloop.lb.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The folders to watch for a file are its own, and those of all links on the way to it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class LinksAreFollowedTest {
    @TempDir private Path temporary;

    /** Without links in its own name. */
    private Path root;

    @BeforeEach
    void resolve() throws IOException {
        root = temporary.toRealPath();
    }

    private Path folder(String name) throws IOException {
        return Files.createDirectories(root.resolve(name));
    }

    private Path link(String name, String target) throws IOException {
        return Files.createSymbolicLink(root.resolve(name), Path.of(target));
    }

    @Test
    @DisplayName("of a plain file: its folder")
    void plain() throws IOException {
        Path file = Files.createFile(folder("conf").resolve("lb.yaml"));
        assertThat(FoldersOf.file(file)).containsExactly(root.resolve("conf"));
    }

    @Test
    @DisplayName("of a volume of Kubernetes: that of both links, and that of the data")
    void volume() throws IOException {
        Path volume = folder("volume");
        Path data = folder("volume/..2026_11_30");
        Files.createFile(data.resolve("lb.yaml"));
        link("volume/..data", "..2026_11_30");
        Path file = link("volume/lb.yaml", "..data/lb.yaml");
        assertThat(FoldersOf.file(file)).containsExactlyInAnyOrder(volume, data);
    }

    @Test
    @DisplayName("of links to other folders, absolute and with dots: all of them")
    void elsewhere() throws IOException {
        Path real = folder("a/real");
        Files.createFile(real.resolve("lb.yaml"));
        link("a/first", "../b/second");
        folder("b");
        link("b/second", real.toString());
        assertThat(FoldersOf.file(root.resolve("a/./first/lb.yaml")))
                .containsExactlyInAnyOrder(root.resolve("a"), root.resolve("b"), real);
    }

    @Test
    @DisplayName("of a file that is missing: the last folder that is there")
    void missing() throws IOException {
        Path there = folder("there");
        assertThat(FoldersOf.file(there.resolve("not/lb.yaml"))).containsExactly(there);
        link("dangling", "there/none");
        assertThat(FoldersOf.file(root.resolve("dangling"))).containsExactlyInAnyOrder(root, there);
    }

    @Test
    @DisplayName("of links in a circle: that of the links")
    void circle() throws IOException {
        link("one", "two");
        link("two", "one");
        assertThat(FoldersOf.file(root.resolve("one"))).containsExactly(root);
    }
}
