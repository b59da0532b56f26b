package dev.eventloop.lb.discovery;

import java.net.Inet4Address;
import java.net.InetAddress;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;

/** Records that are valid in DNS, and of which no backend can be made. */
final class UnusableRecords {
    private UnusableRecords() {}

    /** Why there can be no such backend; null if there can. */
    static String why(Record record) {
        if (record instanceof ARecord ipv4) {
            return why(ipv4.getAddress());
        }
        if (record instanceof AAAARecord ipv6) {
            return why(ipv6.getAddress());
        }
        return record instanceof SRVRecord service ? why(service) : null;
    }

    /**
     * connect(2) takes 0.0.0.0 for this machine, refuses multicast and broadcast, and an address of
     * one link without the link.
     */
    static String why(InetAddress address) {
        boolean unusable =
                address.isAnyLocalAddress()
                        || address.isMulticastAddress()
                        || (address instanceof Inet4Address
                                ? address.getAddress()[0] == (byte) 255 // broadcast
                                : address.isLinkLocalAddress());
        return unusable ? "no server has the address " + address.getHostAddress() : null;
    }

    private static String why(SRVRecord service) {
        if (service.getTarget().equals(Name.root)) { // RFC 2782
            return "the target \".\" means that there is no such service";
        }
        return service.getPort() == 0
                ? "the service at " + service.getTarget() + " has port 0"
                : null;
    }
}
