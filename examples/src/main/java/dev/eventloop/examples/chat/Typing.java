package dev.eventloop.examples.chat;

import java.util.concurrent.Semaphore;

/** What is typed, on a thread of its own: reading a terminal or a file has to wait. */
final class Typing {
    /** Lines that may be under way; whoever pipes a file into the client is held up by this. */
    private static final int WINDOW = 16;

    private final Screen screen;
    private final ChatClient client;
    private final Semaphore window = new Semaphore(WINDOW);

    Typing(Screen screen, ChatClient client) {
        this.screen = screen;
        this.client = client;
    }

    /** Until the input ends, or /quit; or until nobody listens any more. */
    void run() {
        try {
            readLines();
        } catch (IllegalStateException e) {
            // the loop has ended before the input, and says why
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
                    screen.print("! there is /join CHANNEL, /leave, /name NAME and /quit");
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
