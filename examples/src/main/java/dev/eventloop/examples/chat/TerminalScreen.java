package dev.eventloop.examples.chat;

import java.io.IOException;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;

/** A terminal that prints messages above the line being edited. */
final class TerminalScreen implements Screen {
    private final Terminal terminal = TerminalBuilder.builder().system(true).build();
    private final LineReader reader =
            LineReaderBuilder.builder()
                    .terminal(terminal)
                    .option(LineReader.Option.ERASE_LINE_ON_FINISH, true)
                    .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                    .build();

    TerminalScreen() throws IOException {}

    /** isatty(3) of input and output; since JDK 22 java.io.Console does not report it. */
    static boolean isTerminal() throws IOException {
        try {
            return new ProcessBuilder("sh", "-c", "test -t 0 && test -t 1")
                            .inheritIO()
                            .start()
                            .waitFor()
                    == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public String readLine() {
        try {
            return reader.readLine("> ");
        } catch (UserInterruptException | EndOfFileException e) { // Ctrl-C, Ctrl-D
            return null;
        }
    }

    @Override
    public void print(String line) {
        reader.printAbove(new AttributedString(Screen.harmless(line), style(line)));
    }

    private static AttributedStyle style(String line) {
        if (line.startsWith("* ")) {
            return AttributedStyle.DEFAULT.faint();
        }
        return line.startsWith("! ")
                ? AttributedStyle.DEFAULT.foreground(AttributedStyle.RED)
                : AttributedStyle.DEFAULT;
    }

    @Override
    public boolean isOpen() {
        return true; // a closed terminal sends SIGHUP
    }

    @Override
    public void close() throws IOException {
        terminal.close();
    }
}
