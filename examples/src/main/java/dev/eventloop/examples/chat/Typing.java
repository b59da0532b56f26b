package dev.eventloop.examples.chat;

import java.util.concurrent.Semaphore;

/** Reads the user's input on a separate thread, because terminals and files block. */
final class Typing {
    /** The number of pending lines, which limits the speed of input from a file. */
    private static final int WINDOW = 16;

    private final Screen screen;
    private final ChatClient client;
    private final Semaphore window = new Semaphore(WINDOW);

    Typing(Screen screen, ChatClient client) {
        this.screen = screen;
        this.client = client;
    }

    /** Runs until EOF or /quit, or until the loop has stopped. */
    void run() {
        try {
            readLines();
        } catch (IllegalStateException e) {
            // the loop has stopped before the input, and reports why
        }
    }

    private void readLines() {
        String line = screen.readLine();
        while (line != null && !line.strip().equals("/quit")) {
            send(line.strip());
            line = screen.readLine();
        }
        client.loop().execute(client::finish);
    }

    private void send(String line) {
        String[] words = line.split(" ", 2);
        String rest = words.length == 2 ? words[1].strip() : "";
        switch (words[0]) {
            case "" -> {}
            case "/join" -> send(Protocol.JOIN, rest);
            case "/leave" -> send(Protocol.LEAVE, "");
            case "/name" -> send(Protocol.NAME, rest);
            default -> {
                if (line.startsWith("/")) {
                    screen.print("! the commands are /join CHANNEL, /leave, /name NAME and /quit");
                } else {
                    send(Protocol.SAY, line);
                }
            }
        }
    }

    private void send(byte type, String text) {
        window.acquireUninterruptibly();
        client.loop().execute(() -> client.send(type, text, window::release));
    }
}
