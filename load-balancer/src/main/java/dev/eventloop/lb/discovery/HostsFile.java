package dev.eventloop.lb.discovery;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.Address;

/**
 * The text of hosts(5), the names that the system resolves without DNS.
 *
 * @param lines in their order
 */
record HostsFile(List<String> lines) {
    /** Without names. */
    static final HostsFile NONE = new HostsFile(List.of());

    static HostsFile parse(String text) {
        return new HostsFile(text.lines().toList());
    }

    /** All addresses of the name, of both families. */
    List<InetAddress> addresses(String name) {
        String wanted = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        List<InetAddress> addresses = new ArrayList<>();
        for (String line : lines) {
            InetAddress address = addressIfNamed(line, wanted);
            if (address != null && !addresses.contains(address)) {
                addresses.add(address);
            }
        }
        return addresses;
    }

    private static InetAddress addressIfNamed(String line, String wanted) {
        int comment = line.indexOf('#');
        String[] words = (comment < 0 ? line : line.substring(0, comment)).trim().split("\\s+", -1);
        for (int i = 1; i < words.length; i++) {
            if (words[i].equalsIgnoreCase(wanted)) {
                return literal(words[0]);
            }
        }
        return null;
    }

    /**
     * An IPv4 or IPv6 address as it is written; null for any other text, which is not looked up.
     */
    static InetAddress literal(String text) {
        byte[] ipv4 = Address.toByteArray(text, Address.IPv4);
        byte[] bytes = ipv4 == null ? Address.toByteArray(text, Address.IPv6) : ipv4;
        try {
            return bytes == null ? null : InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
        }
    }
}
