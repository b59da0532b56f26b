package dev.eventloop.examples.chat;

import java.nio.ByteBuffer;

/** Handles a client's requests, and refuses those that are not allowed. */
final class Conversation {
    private final ChatServer server;
    private final Session session;
    private Channel channel;

    Conversation(ChatServer server, Session session) {
        this.server = server;
        this.session = session;
    }

    /** Called with a received packet. */
    void hear(byte type, ByteBuffer text) {
        switch (type) {
            case Protocol.NAME -> name(text);
            case Protocol.JOIN -> join(text);
            case Protocol.LEAVE -> leaveIfIn();
            case Protocol.SAY -> say(text);
            default ->
                    session.end(Ending.BAD_PACKET, "a packet of the unknown type " + (type & 0xff));
        }
    }

    private void name(ByteBuffer text) {
        String name = server.texts().name(text);
        if (session.name() != null) {
            refuse("your name is " + session.name() + " already");
        } else if (name == null) {
            refuse(notAName("a name"));
        } else if (!server.takeName(name, session)) {
            refuse("the name " + name + " is taken");
        } else {
            session.name(name);
            server.tell(session, Protocol.NAME, name);
        }
    }

    private void join(ByteBuffer text) {
        String name = server.texts().name(text);
        if (session.name() == null) {
            refuse("set your name before you join a channel");
        } else if (name == null) {
            refuse(notAName("a channel's name"));
        } else if (channel != null && channel.name().equals(name)) {
            refuse("you are in " + name + " already");
        } else {
            leave();
            channel = server.channels().open(name);
            channel.join(session, server.packets());
        }
    }

    private static String notAName(String what) {
        return what + " has 1 to " + Texts.LONGEST_NAME + " characters: letters, digits, - _ and .";
    }

    private void leaveIfIn() {
        if (channel == null) {
            refuse("you are not in a channel");
        } else {
            leave();
        }
    }

    private void say(ByteBuffer text) {
        if (channel == null) {
            refuse("join a channel before you send a message");
        } else if (1 + session.nameBytes().length + 1 + text.remaining() > Protocol.MOST) {
            refuse(
                    "the message is too long; with your name, a packet has at most "
                            + Protocol.MOST
                            + " bytes");
        } else if (!server.texts().isMessage(text)) {
            refuse("a message must be UTF-8 text without control characters");
        } else {
            channel.say(server.packets().ofTwo(Protocol.SAY, session.nameBytes(), text));
        }
    }

    private void refuse(String sentence) {
        server.tell(session, Protocol.ERROR, sentence);
    }

    /** Leaves the channel, if the client is in one. */
    void leave() {
        if (channel != null) {
            Channel left = channel;
            channel = null;
            left.leave(session, server.packets());
            server.channels().left(left);
        }
    }

    /** Called when the session is closed; frees its name. */
    void forget() {
        leave();
        if (session.name() != null) {
            server.giveBackName(session.name());
        }
    }
}
