package dev.eventloop.lb.discovery;

import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** A question to DNS, of class IN: all records of a type that a name has. */
record Question(Name name, int type) {
    /** Whether a record is the question section of a query for it; letters match in any case. */
    boolean isAskedBy(Record record) {
        return record.getType() == type
                && record.getDClass() == DClass.IN
                && record.getName().equals(name);
    }

    /** {@code "A records of app.internal"}. */
    @Override
    public String toString() {
        return Type.string(type) + " records of " + name;
    }
}
