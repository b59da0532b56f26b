package dev.eventloop.examples.chat;

import java.io.IOException;

/** Reads and prints lines. One thread may read; any may print. */
interface Screen extends AutoCloseable {
    /** A terminal with line editing if input and output are terminals, else plain lines. */
    static Screen open() throws IOException {
        return TerminalScreen.isTerminal() ? new TerminalScreen() : new PlainScreen();
    }

    /** The next line; null at EOF. */
    String readLine();

    /** Prints a line, with control characters replaced. */
    void print(String line);

    /** Returns whether the output is still open. */
    boolean isOpen();

    @Override
    void close() throws IOException;

    /** The server may be malicious; terminals obey C1 controls such as U+009B, too. */
    static String harmless(String line) {
        return line.replaceAll("\\p{Cc}", "?");
    }
}
