package dev.eventloop.lb.discovery;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.Address;

/**
 * Reads hosts(5), the names that the system resolves without DNS. The file is read for each lookup,
 * because it is short and may change.
 */
final class HostsFile {
    private HostsFile() {}

    /** All addresses of the name, of both families; none if the file cannot be read. */
    static List<InetAddress> addresses(Path file, String name) {
        String wanted = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        List<InetAddress> addresses = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
                InetAddress address = addressIfNamed(line, wanted);
                if (address != null && !addresses.contains(address)) {
                    addresses.add(address);
                }
            }
        } catch (IOException e) {
            return List.of(); // like the C library, which then queries DNS
        }
        return addresses;
    }

    private static InetAddress addressIfNamed(String line, String wanted) throws IOException {
        int comment = line.indexOf('#');
        String[] words = (comment < 0 ? line : line.substring(0, comment)).trim().split("\\s+", -1);
        for (int i = 1; i < words.length; i++) {
            if (words[i].equalsIgnoreCase(wanted)) {
                byte[] ip = Address.toByteArray(words[0], Address.IPv4);
                byte[] bytes = ip == null ? Address.toByteArray(words[0], Address.IPv6) : ip;
                return bytes == null ? null : InetAddress.getByAddress(bytes);
            }
        }
        return null;
    }
}
