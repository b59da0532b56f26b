package dev.eventloop.examples.chat;

import java.nio.ByteBuffer;

/** What a client wants, and whether it may. */
final class Conversation {
    private final ChatServer server;
    private final Session session;
    private Channel channel;

    Conversation(ChatServer server, Session session) {
        this.server = server;
        this.session = session;
    }

    /** A packet has come. */
    void hear(byte type, ByteBuffer text) {
        switch (type) {
            case Protocol.NAME -> name(text);
            case Protocol.JOIN -> join(text);
            case Protocol.LEAVE -> leaveIfIn();
            case Protocol.SAY -> say(text);
            default ->
                    session.end(
                            Ending.BAD_PACKET,
                            "a packet of type " + (type & 0xff) + ", which there is not");
        }
    }

    private void name(ByteBuffer text) {
        String name = server.texts().name(text);
        if (session.name() != null) {
            refuse("you are " + session.name() + " already");
        } else if (name == null) {
            refuse(notAName("a name"));
        } else if (!server.takeName(name, session)) {
            refuse("somebody else is " + name);
        } else {
            session.name(name);
            server.tell(session, Protocol.NAME, name);
        }
    }

    private void join(ByteBuffer text) {
        String name = server.texts().name(text);
        if (session.name() == null) {
            refuse("say your name before you join");
        } else if (name == null) {
            refuse(notAName("the name of a channel"));
        } else if (channel != null && channel.name().equals(name)) {
            refuse("you are in " + name + " already");
        } else {
            leave();
            channel = server.channels().open(name);
            channel.join(session, server.packets());
        }
    }

    private static String notAName(String what) {
        return what
                + " has 1 to "
                + Texts.LONGEST_NAME
                + " letters and digits, or any of - _ . among them";
    }

    private void leaveIfIn() {
        if (channel == null) {
            refuse("you are in no channel");
        } else {
            leave();
        }
    }

    private void say(ByteBuffer text) {
        if (channel == null) {
            refuse("join a channel before you speak");
        } else if (1 + session.nameBytes().length + 1 + text.remaining() > Protocol.MOST) {
            refuse("that is too long; with your name a packet has " + Protocol.MOST + " bytes");
        } else if (!server.texts().isMessage(text)) {
            refuse("a message is text in UTF-8, without control characters");
        } else {
            channel.say(server.packets().ofTwo(Protocol.SAY, session.nameBytes(), text));
        }
    }

    private void refuse(String sentence) {
        server.tell(session, Protocol.ERROR, sentence);
    }

    /** Leaves the channel, if it is in one. */
    void leave() {
        if (channel != null) {
            Channel left = channel;
            channel = null;
            left.leave(session, server.packets());
            server.channels().left(left);
        }
    }

    /** The session is no more; its name is free. */
    void forget() {
        leave();
        if (session.name() != null) {
            server.giveBackName(session.name());
        }
    }
}
