package dev.eventloop.events;

import dev.eventloop.libc.NativeMemory;
import java.nio.charset.Charset;
import java.nio.file.Path;

/** A path, and names of files, as C has them. */
final class NativePath {
    /** What the JVM itself takes bytes of file names for. */
    static final Charset CHARSET =
            Charset.forName(
                    System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name()));

    private NativePath() {}

    /** With the zero at its end, which the memory begins with. */
    static NativeMemory of(Path path) {
        byte[] bytes = path.toString().getBytes(CHARSET);
        NativeMemory memory = NativeMemory.allocate(bytes.length + 1);
        memory.buffer().put(0, bytes);
        return memory;
    }
}
