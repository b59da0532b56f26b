package dev.eventloop.examples.chat;

import java.io.IOException;

/** Where lines are typed and shown. Reading is for one thread, printing for any. */
interface Screen extends AutoCloseable {
    /** A terminal with a line to edit, where both input and output are one; plain lines if not. */
    static Screen open() throws IOException {
        return TerminalScreen.isTerminal() ? new TerminalScreen() : new PlainScreen();
    }

    /** The next line; null if there is none any more. */
    String readLine();

    /** Shows a line, without what could move the cursor. */
    void print(String line);

    /** Whether anybody can still see it. */
    boolean isOpen();

    @Override
    void close() throws IOException;

    /** Also of a server that one does not trust; C1 controls, such as U+009B, are obeyed too. */
    static String harmless(String line) {
        return line.replaceAll("\\p{Cc}", "?");
    }
}
