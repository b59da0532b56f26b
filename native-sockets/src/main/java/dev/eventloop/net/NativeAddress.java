package dev.eventloop.net;

import dev.eventloop.libc.NativeMemory;
import dev.eventloop.libc.SocketConstants;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A {@code struct sockaddr} outside the Java heap: encoded once and passed to the kernel any number
 * of times, or filled in by the kernel. Confined to one thread at a time; several threads may read
 * it. After {@link #close}, its methods throw {@link IllegalStateException}.
 */
public final class NativeAddress implements AutoCloseable {
    private static final int IPV4_LENGTH = 16;
    private static final int IPV6_LENGTH = 28;

    private static final int PORT = 2;
    private static final int IPV4 = 4;
    private static final int IPV6_FLOW = 4;
    private static final int IPV6 = 8;
    private static final int IPV6_SCOPE = 24;
    private static final int UNIX_PATH = 2;

    /** Offset of the {@code socklen_t} that the kernel reads and writes. */
    private static final int LENGTH = 112;

    private final SockaddrLayout layout;
    private final NativeMemory memory = NativeMemory.allocate(LENGTH + Integer.BYTES);

    /** An empty address, which the kernel fills in. */
    public NativeAddress() {
        this(SockaddrLayout.OF_THIS_MACHINE);
    }

    private NativeAddress(SockaddrLayout layout) {
        this.layout = layout;
        reset();
    }

    /**
     * Encodes an address.
     *
     * @param address a resolved {@link InetSocketAddress}, or a {@link UnixDomainSocketAddress}
     *     with a path of at most 107 bytes on Linux and 103 elsewhere
     * @throws IllegalArgumentException for any other address
     */
    public static NativeAddress of(SocketAddress address) {
        return of(address, SockaddrLayout.OF_THIS_MACHINE);
    }

    /**
     * The address of a unix-domain socket that has a name but no file, as only Linux has it;
     * unix(7), "Abstract sockets".
     *
     * @param name 1 to 107 bytes
     * @throws IllegalArgumentException if it has another length
     */
    public static NativeAddress ofAbstract(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        int limit = SockaddrLayout.OF_THIS_MACHINE.pathSize() - 1;
        if (bytes.length == 0 || bytes.length > limit) {
            throw new IllegalArgumentException(
                    "the name of an abstract socket must have 1 to "
                            + limit
                            + " bytes; this one has "
                            + bytes.length);
        }
        NativeAddress encoded = new NativeAddress();
        encoded.begin(SocketConstants.AF_UNIX, UNIX_PATH + 1 + bytes.length);
        encoded.memory.buffer().put(UNIX_PATH, (byte) 0);
        encoded.memory.buffer().put(UNIX_PATH + 1, bytes);
        return encoded;
    }

    static NativeAddress of(SocketAddress address, SockaddrLayout layout) {
        byte[] path =
                address instanceof UnixDomainSocketAddress unix
                        ? unixPath(unix, layout.pathSize() - 1)
                        : null;
        if (path == null && !(address instanceof InetSocketAddress)) {
            throw new IllegalArgumentException(
                    address + " is neither an internet nor a unix-domain address");
        }
        if (address instanceof InetSocketAddress inet && inet.isUnresolved()) {
            throw new IllegalArgumentException("host " + inet.getHostString() + " is not resolved");
        }
        NativeAddress encoded = new NativeAddress(layout);
        if (path != null) {
            encoded.encode(path);
        } else {
            encoded.encode((InetSocketAddress) address);
        }
        return encoded;
    }

    /** Empties the address, so that the kernel can write one of any family. */
    void reset() {
        memory.buffer().putShort(0, (short) 0); // the family, and on the BSDs the length
        memory.buffer().putInt(LENGTH, SockaddrLayout.CAPACITY);
    }

    long address() {
        return memory.address();
    }

    long lengthAddress() {
        return memory.address() + LENGTH;
    }

    int length() {
        return memory.buffer().getInt(LENGTH);
    }

    /** The bytes that are passed to the kernel. */
    ByteBuffer bytes() {
        return memory.buffer().slice(0, length());
    }

    /** AF_INET, AF_INET6 or AF_UNIX; 0 if the address is empty. */
    public int family() {
        return layout.family(memory.buffer());
    }

    /** Whether the family is AF_INET or AF_INET6. */
    public boolean isInternet() {
        return family() == SocketConstants.AF_INET || family() == SocketConstants.AF_INET6;
    }

    /** The port; 0 for a unix-domain address. */
    public int port() {
        return isInternet() ? Short.toUnsignedInt(bigEndianShort(PORT)) : 0;
    }

    /** The upper 64 bits of the IP address as a big-endian number; IPv4 as IPv4-mapped IPv6. */
    public long ipHigh() {
        return family() == SocketConstants.AF_INET6 ? bigEndianLong(IPV6) : 0;
    }

    /** The lower 64 bits; see {@link #ipHigh}. */
    public long ipLow() {
        if (family() == SocketConstants.AF_INET6) {
            return bigEndianLong(IPV6 + Long.BYTES);
        }
        return 0xffff_0000_0000L | Integer.toUnsignedLong(bigEndianInt(IPV4));
    }

    /** Decodes the address to an {@link InetSocketAddress} or a {@link UnixDomainSocketAddress}. */
    public SocketAddress toSocketAddress() {
        if (!isInternet()) {
            return UnixDomainSocketAddress.of(decodePath());
        }
        byte[] ip = new byte[family() == SocketConstants.AF_INET ? 4 : 16];
        memory.buffer().get(family() == SocketConstants.AF_INET ? IPV4 : IPV6, ip);
        try {
            int scope =
                    family() == SocketConstants.AF_INET6 ? memory.buffer().getInt(IPV6_SCOPE) : 0;
            InetAddress host =
                    scope == 0
                            ? InetAddress.getByAddress(ip)
                            : Inet6Address.getByAddress(null, ip, scope);
            return new InetSocketAddress(host, port());
        } catch (UnknownHostException e) {
            throw new IllegalStateException(
                    "cannot decode an IP address of " + ip.length + " bytes", e);
        }
    }

    @Override
    public void close() {
        memory.close();
    }

    @Override
    public String toString() {
        if (!memory.isOpen()) {
            return "closed address";
        }
        return family() == 0 ? "no address" : AddressText.of(toSocketAddress());
    }

    private void encode(InetSocketAddress inet) {
        byte[] ip = inet.getAddress().getAddress();
        boolean v4 = inet.getAddress() instanceof Inet4Address;
        begin(
                v4 ? SocketConstants.AF_INET : SocketConstants.AF_INET6,
                v4 ? IPV4_LENGTH : IPV6_LENGTH);
        putBigEndianShort(PORT, inet.getPort());
        memory.buffer().put(v4 ? IPV4 : IPV6, ip);
        if (inet.getAddress() instanceof Inet6Address v6) {
            memory.buffer().putInt(IPV6_FLOW, 0);
            memory.buffer().putInt(IPV6_SCOPE, v6.getScopeId());
        }
    }

    private void encode(byte[] path) {
        begin(SocketConstants.AF_UNIX, UNIX_PATH + path.length + 1);
        memory.buffer().put(UNIX_PATH, path);
        memory.buffer().put(UNIX_PATH + path.length, (byte) 0);
    }

    private void begin(int family, int length) {
        layout.begin(memory.buffer(), family, length);
        memory.buffer().putInt(LENGTH, length);
    }

    private static byte[] unixPath(UnixDomainSocketAddress unix, int limit) {
        byte[] path = unix.getPath().toString().getBytes(StandardCharsets.UTF_8);
        if (path.length == 0 || path.length > limit) {
            throw new IllegalArgumentException(
                    "the path of a unix-domain socket must have 1 to "
                            + limit
                            + " bytes; "
                            + unix.getPath()
                            + " has "
                            + path.length);
        }
        return path;
    }

    private String decodePath() {
        int end = UNIX_PATH;
        while (end < length() && memory.buffer().get(end) != 0) {
            end++;
        }
        byte[] path = new byte[end - UNIX_PATH];
        memory.buffer().get(UNIX_PATH, path);
        return new String(path, StandardCharsets.UTF_8);
    }

    private short bigEndianShort(int index) {
        short value = memory.buffer().getShort(index);
        return isLittleEndian() ? Short.reverseBytes(value) : value;
    }

    private void putBigEndianShort(int index, int value) {
        memory.buffer()
                .putShort(
                        index,
                        isLittleEndian() ? Short.reverseBytes((short) value) : (short) value);
    }

    private int bigEndianInt(int index) {
        int value = memory.buffer().getInt(index);
        return isLittleEndian() ? Integer.reverseBytes(value) : value;
    }

    private long bigEndianLong(int index) {
        long value = memory.buffer().getLong(index);
        return isLittleEndian() ? Long.reverseBytes(value) : value;
    }

    private static boolean isLittleEndian() {
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    }
}
