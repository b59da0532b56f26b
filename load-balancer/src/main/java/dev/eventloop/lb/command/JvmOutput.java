package dev.eventloop.lb.command;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.NativeOutput;
import java.io.FileDescriptor;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the JVM prints by itself, such as the stacks of all threads at SIGQUIT. It writes that to fd
 * 1, with all threads stopped until somebody has read it. So fd 1 becomes a pipe that never blocks,
 * and a thread passes on what arrives there.
 */
final class JvmOutput {
    private static final Logger LOG = LoggerFactory.getLogger(JvmOutput.class);

    private static final int STANDARD_OUTPUT = 1;
    private static final int MOST_BYTES = 64 * 1024;

    /** Null until fd 1 is diverted. */
    private static volatile NativeOutput diverted;

    private final NativeOutput output;
    private final OutputStream lines;
    private final ByteBuffer read = ByteBuffer.allocateDirect(MOST_BYTES);

    private JvmOutput(NativeOutput output, OutputStream lines) {
        this.output = output;
        this.lines = lines;
    }

    /**
     * From now on what the JVM prints goes to {@code lines}. Without effect if standard output is
     * closed, or if this JVM was started without {@code --add-opens java.base/java.io}, which the
     * jar asks for: Java has no other way to write to an fd by its number.
     *
     * @param out standard output, which takes its bytes as before
     * @param lines takes whole lines, and does not block
     */
    static void divert(LineFile out, OutputStream lines) {
        try {
            FileDescriptor original = new FileDescriptor();
            Field number = FileDescriptor.class.getDeclaredField("fd");
            number.setAccessible(true);
            NativeOutput output = new NativeOutput(STANDARD_OUTPUT);
            number.setInt(original, output.originalFd());
            out.moveTo(original); // first: Java writes to fd 1 until then
            output.divert();
            diverted = output;
            Thread thread = new Thread(new JvmOutput(output, lines)::passOn, "jvm-output");
            thread.setDaemon(true);
            thread.start();
        } catch (ErrnoException | ReflectiveOperationException | RuntimeException e) {
            LOG.debug("what the JVM prints waits for its reader", e);
        }
    }

    /** What starts another process. */
    interface Start {
        Process start() throws IOException;
    }

    /** Starts a process that has the original standard output. */
    static Process withOriginal(Start start) throws IOException {
        NativeOutput output = diverted;
        if (output == null) {
            return start.start();
        }
        output.restore();
        try {
            return start.start();
        } finally {
            output.divertAgain();
        }
    }

    private void passOn() {
        try {
            while (true) {
                output.read(read);
                passOnLines();
            }
        } catch (Exception e) {
            LOG.warn("what the JVM prints is lost from now on: {}", e.getMessage());
        }
    }

    /** Passes on the lines that are whole, and keeps the beginning of the next one. */
    private void passOnLines() throws Exception {
        int end = read.position();
        while (end > 0 && read.get(end - 1) != '\n') {
            end--;
        }
        if (end == 0 && !read.hasRemaining()) { // a line longer than this
            end = read.position();
        }
        byte[] whole = new byte[end];
        read.flip();
        read.get(whole);
        read.compact();
        lines.write(whole);
    }
}
