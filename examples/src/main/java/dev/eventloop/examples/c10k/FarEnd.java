package dev.eventloop.examples.c10k;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The process that holds the other ends of the idle connections, so that each costs the server one
 * descriptor, as in practice, and not two. It reads the wanted total from its standard input,
 * connects until it has reached it, and answers with its number of connections, and the reason if
 * they are fewer. It exits at EOF.
 */
final class FarEnd {
    private final InetSocketAddress server;
    private final List<SocketChannel> connections = new ArrayList<>();

    private FarEnd(int port) {
        server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** The only argument is the port to connect to. */
    public static void main(String... arguments) throws IOException {
        FarEnd farEnd = new FarEnd(Integer.parseInt(arguments[0]));
        BufferedReader wishes =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String wanted = wishes.readLine();
        while (wanted != null) {
            System.out.println(farEnd.grow(Integer.parseInt(wanted)));
            wanted = wishes.readLine();
        }
    }

    private String grow(int wanted) {
        try {
            while (connections.size() < wanted) {
                connections.add(SocketChannel.open(server));
            }
            return Integer.toString(wanted);
        } catch (IOException e) {
            return connections.size() + " " + e.getMessage();
        }
    }
}
