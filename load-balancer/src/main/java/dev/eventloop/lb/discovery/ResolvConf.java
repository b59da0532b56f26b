package dev.eventloop.lb.discovery;

import dev.eventloop.lb.WholeNumbers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/**
 * The contents of resolv.conf(5). Lines that make no sense are ignored, as the C library does.
 *
 * @param servers by address; the first three
 * @param search the search domains
 * @param ndots a name with at least this many dots is tried as given before the search domains
 */
record ResolvConf(List<InetSocketAddress> servers, List<Name> search, int ndots) {
    static final int PORT = 53;
    private static final int MOST_SERVERS = 3;
    private static final int MOST_NDOTS = 15;
    private static final String NDOTS = "ndots:";

    static ResolvConf parse(String text) {
        List<InetSocketAddress> servers = new ArrayList<>();
        List<Name> search = List.of();
        int ndots = 1;
        for (String line : text.lines().toList()) {
            String[] words = line.trim().split("\\s+", -1);
            List<String> values = Arrays.asList(words).subList(1, words.length);
            switch (words[0]) {
                case "nameserver" -> {
                    InetAddress address = values.isEmpty() ? null : server(values.get(0));
                    if (address != null && servers.size() < MOST_SERVERS) {
                        servers.add(new InetSocketAddress(address, PORT));
                    }
                }
                case "search", "domain" -> search = domains(values);
                case "options" -> ndots = ndots(values, ndots);
                default -> {} // a comment, or what matters to the C library only
            }
        }
        return new ResolvConf(List.copyOf(servers), search, ndots);
    }

    /** A link of this machine may follow the address, as in {@code fe80::1%eth0}. */
    private static InetAddress server(String text) {
        int link = text.indexOf('%');
        if (link < 0) {
            return HostsFile.literal(text);
        }
        try {
            boolean isAddress = HostsFile.literal(text.substring(0, link)) != null;
            return isAddress && text.indexOf(':') >= 0 ? InetAddress.getByName(text) : null;
        } catch (UnknownHostException e) { // there is no such link
            return null;
        }
    }

    private static List<Name> domains(List<String> words) {
        List<Name> domains = new ArrayList<>();
        for (String word : words) {
            try {
                domains.add(Name.fromString(word, Name.root));
            } catch (TextParseException e) {
                return List.of(); // not a domain
            }
        }
        return List.copyOf(domains);
    }

    private static int ndots(List<String> words, int before) {
        int ndots = before;
        for (String word : words) {
            if (word.startsWith(NDOTS)) {
                int number = WholeNumbers.parse(word.substring(NDOTS.length()));
                ndots = number < 0 ? ndots : Math.min(number, MOST_NDOTS);
            }
        }
        return ndots;
    }
}
