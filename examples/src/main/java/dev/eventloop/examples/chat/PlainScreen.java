package dev.eventloop.examples.chat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Plain input and output lines, for pipes and files. */
final class PlainScreen implements Screen {
    private final BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    @Override
    public String readLine() {
        try {
            return in.readLine();
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public void print(String line) {
        out.println(Screen.harmless(line));
    }

    @Override
    public boolean isOpen() {
        return !out.checkError(); // false after "| head" has exited
    }

    @Override
    public void close() {
        out.flush();
    }
}
