package dev.eventloop.events;

import dev.eventloop.libc.NativeMemory;
import java.nio.charset.Charset;
import java.nio.file.Path;

/** Paths and file names as C strings. */
final class NativePath {
    /** The charset that the JVM decodes file names with. */
    static final Charset CHARSET =
            Charset.forName(
                    System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name()));

    private NativePath() {}

    /** Encodes a path; the memory is zeroed, so it is NUL-terminated. */
    static NativeMemory of(Path path) {
        byte[] bytes = path.toString().getBytes(CHARSET);
        NativeMemory memory = NativeMemory.allocate(bytes.length + 1);
        memory.buffer().put(0, bytes);
        return memory;
    }
}
