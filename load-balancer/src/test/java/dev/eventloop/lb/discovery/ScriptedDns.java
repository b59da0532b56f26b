package dev.eventloop.lb.discovery;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A DNS server that gives the answers and failures a test scripts. */
final class ScriptedDns implements AutoCloseable {
    /** Given as the rcode: sends no response. */
    static final int SILENCE = -1;

    private record Reply(int rcode, List<Record> records, List<Record> additional) {}

    private final Map<String, Reply> replies = new ConcurrentHashMap<>();
    private final Map<String, UnaryOperator<byte[]>> raw = new ConcurrentHashMap<>();
    private final Queue<InetSocketAddress> clients = new ConcurrentLinkedQueue<>();
    private final Queue<Integer> ids = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
    private final AtomicInteger rotation = new AtomicInteger();
    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private volatile long ttl;

    private ScriptedDns(boolean overTcp) throws IOException {
        DatagramSocket datagrams = null;
        ServerSocket streams = null;
        while (datagrams == null) {
            streams = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            try {
                datagrams = new DatagramSocket(streams.getLocalSocketAddress());
            } catch (BindException e) { // free for TCP, but not for UDP
                streams.close();
            }
        }
        tcp = streams;
        udp = datagrams;
        daemon(this::serveUdp);
        if (overTcp) {
            daemon(this::serveTcp);
        }
    }

    /** Starts with NXDOMAIN for all names and a TTL of 0. */
    static ScriptedDns start() throws IOException {
        return new ScriptedDns(true);
    }

    /**
     * Starts without a thread that accepts from {@link #tcp}, which a caller may serve or close. A
     * socket that a thread accepts from keeps its port for a moment after its close.
     */
    static ScriptedDns startOverUdp() throws IOException {
        return new ScriptedDns(false);
    }

    /** Sets the TTL of records added after this call. */
    ScriptedDns ttl(long seconds) {
        ttl = seconds;
        return this;
    }

    /** Answers with these records, rotated each time; without records, with an empty answer. */
    ScriptedDns answer(String name, int type, String... data) throws IOException {
        replies.put(
                key(name, type), new Reply(Rcode.NOERROR, records(name, type, data), List.of()));
        return this;
    }

    /** Like {@link #answer}, with A records of another name in the additional section. */
    ScriptedDns answer(String name, int type, List<String> data, String other, String... addresses)
            throws IOException {
        replies.put(
                key(name, type),
                new Reply(
                        Rcode.NOERROR,
                        records(name, type, data.toArray(new String[0])),
                        records(other, Type.A, addresses)));
        return this;
    }

    /** Answers with this rcode, or with {@link #SILENCE}. */
    ScriptedDns fail(String name, int type, int rcode) {
        replies.put(key(name, type), new Reply(rcode, List.of(), List.of()));
        return this;
    }

    /** Answers with these bytes, made of those of the query; null sends nothing. */
    ScriptedDns raw(String name, int type, UnaryOperator<byte[]> reply) {
        raw.put(key(name, type), reply);
        return this;
    }

    /** Where the datagrams came from. */
    List<InetSocketAddress> clients() {
        return List.copyOf(clients);
    }

    /** The IDs of the queries. */
    List<Integer> ids() {
        return List.copyOf(ids);
    }

    /** How many of these queries arrived. */
    int asked(String name, int type) {
        return asked.computeIfAbsent(key(name, type), key -> new AtomicInteger()).get();
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), tcp.getLocalPort());
    }

    private List<Record> records(String name, int type, String... data) throws IOException {
        List<Record> records = new ArrayList<>();
        for (String text : data) {
            int recordType = text.startsWith("CNAME ") ? Type.CNAME : type;
            records.add(
                    Record.fromString(
                            Name.fromString(name, Name.root),
                            recordType,
                            DClass.IN,
                            ttl,
                            text.replace("CNAME ", ""),
                            Name.root));
        }
        return records;
    }

    private static String key(Message query) {
        Record question = query.getQuestion();
        return key(question.getName().toString(true), question.getType());
    }

    private static String key(String name, int type) {
        return name + " " + type;
    }

    private void serveUdp() {
        byte[] buffer = new byte[1500];
        while (!udp.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                byte[] bytes = Arrays.copyOf(buffer, packet.getLength());
                Message query = new Message(bytes);
                clients.add((InetSocketAddress) packet.getSocketAddress());
                ids.add(query.getHeader().getID());
                byte[] answer =
                        answer(
                                query,
                                query.getOPT() == null ? 512 : query.getOPT().getPayloadSize());
                UnaryOperator<byte[]> odd = raw.get(key(query));
                if (odd != null) {
                    answer = odd.apply(bytes);
                }
                if (answer != null) {
                    udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException e) {
                stopIfOpen(e, udp.isClosed());
            }
        }
    }

    private void serveTcp() {
        while (!tcp.isClosed()) {
            try (Socket client = tcp.accept()) {
                DataInputStream in = new DataInputStream(client.getInputStream());
                byte[] answer =
                        answer(
                                new Message(in.readNBytes(in.readUnsignedShort())),
                                Message.MAXLENGTH);
                if (answer != null) {
                    DataOutputStream out = new DataOutputStream(client.getOutputStream());
                    out.writeShort(answer.length);
                    out.write(answer);
                }
            } catch (IOException e) {
                stopIfOpen(e, tcp.isClosed());
            }
        }
    }

    private void stopIfOpen(IOException e, boolean closed) {
        if (!closed) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] answer(Message query, int longest) {
        Record question = query.getQuestion();
        String key = key(query);
        asked.computeIfAbsent(key, any -> new AtomicInteger()).incrementAndGet();
        Reply reply = replies.getOrDefault(key, new Reply(Rcode.NXDOMAIN, List.of(), List.of()));
        if (reply.rcode == SILENCE) {
            return null;
        }
        Message answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setRcode(reply.rcode);
        answer.addRecord(question, Section.QUESTION);
        List<Record> records = new ArrayList<>(reply.records);
        Collections.rotate(records, rotation.incrementAndGet());
        records.forEach(record -> answer.addRecord(record, Section.ANSWER));
        reply.additional.forEach(record -> answer.addRecord(record, Section.ADDITIONAL));
        return answer.toWire(longest);
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "scripted DNS");
        thread.setDaemon(true);
        thread.start();
    }

    /** Listens on the port that queries over UDP go to. */
    ServerSocket tcp() {
        return tcp;
    }

    /** Closes its ports. */
    void end() throws IOException {
        tcp.close();
        udp.close();
    }

    @Override
    public void close() throws IOException {
        end();
    }
}
