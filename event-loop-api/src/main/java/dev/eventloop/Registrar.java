package dev.eventloop;

import dev.eventloop.spi.Poller;
import java.util.Objects;

/**
 * Adds, changes and deletes registrations, in the {@link Registrations} table and in the {@link
 * Poller}. The loop's thread only.
 */
final class Registrar {
    private final Poller poller;
    private final Registrations registrations;
    private final InterestRules rules;

    Registrar(Poller poller, Registrations registrations) {
        this.poller = poller;
        this.registrations = registrations;
        this.rules = new InterestRules(poller.name(), poller.capabilities());
    }

    /**
     * @param batch the number of the batch in dispatch, of {@link Registrations#changedIn}
     */
    void add(int fd, int interest, EventCallback<?> callback, Object attachment, int batch)
            throws ErrnoException {
        Objects.requireNonNull(callback, "callback");
        rules.check(interest);
        if (fd < 0) {
            throw ErrnoException.negative(fd);
        }
        if (registrations.state(fd) != Registrations.NONE) {
            replaceIfAbandoned(fd, interest);
        } else if (interest != 0) {
            watch(fd, interest, registrations.nextToken(fd));
        } else {
            probe(fd);
        }
        byte state = interest == 0 ? Registrations.MASKED : Registrations.WATCHED;
        registrations.put(fd, state, interest, callback, attachment, batch);
    }

    void mod(int fd, int interest) throws ErrnoException {
        byte state = registrations.state(fd);
        if (state == Registrations.NONE) {
            throw ErrnoException.notRegistered("mod", fd, "use add");
        }
        rules.checkChange(fd, registrations.interest(fd), interest);
        if (interest == 0) {
            if (state != Registrations.MASKED) {
                poller.del(fd);
            }
            registrations.update(fd, Registrations.MASKED, 0);
        } else {
            long token = registrations.token(fd);
            if (state == Registrations.MASKED) {
                poller.add(fd, interest, token);
            } else {
                poller.mod(fd, interest, token);
            }
            registrations.update(fd, Registrations.WATCHED, interest);
        }
    }

    void del(int fd, int batch) throws ErrnoException {
        if (remove("del", fd, batch) != Registrations.MASKED) {
            poller.del(fd);
        }
    }

    void delBeforeClose(int fd, int batch) throws ErrnoException {
        if (remove("delBeforeClose", fd, batch) != Registrations.MASKED) {
            poller.delBeforeClose(fd);
        }
    }

    /**
     * Replaces the kernel's table. It may hold a file whose fd was closed before del and which a
     * duplicate keeps open: no call can delete it, and level-triggered it would end every wait at
     * once. libev does the same.
     */
    void rebuild() throws ErrnoException {
        poller.reset();
        for (int fd = 0; fd < registrations.capacity(); fd++) {
            if (registrations.state(fd) == Registrations.WATCHED) {
                try {
                    poller.add(fd, registrations.interest(fd), registrations.token(fd));
                } catch (ErrnoException e) { // closed without del: it has no more events
                    registrations.update(fd, Registrations.MASKED, 0);
                }
            } else if (registrations.state(fd) == Registrations.DISARMED) {
                registrations.update(fd, Registrations.MASKED, registrations.interest(fd));
            }
        }
    }

    /**
     * Adds an fd whose number is registered. The poller accepts it only if the number refers to
     * another file by now, that is, if the earlier fd was closed without del.
     */
    private void replaceIfAbandoned(int fd, int interest) throws ErrnoException {
        if (interest == 0 || registrations.state(fd) == Registrations.MASKED) {
            throw ErrnoException.alreadyRegistered(fd);
        }
        try {
            poller.add(fd, interest, registrations.nextToken(fd));
        } catch (ErrnoException e) {
            throw ErrnoException.alreadyRegistered(fd); // whatever the errno
        }
    }

    /** With interest 0 the poller is not involved, but a bad fd is refused all the same. */
    private void probe(int fd) throws ErrnoException {
        watch(fd, Events.READ, registrations.nextToken(fd));
        poller.del(fd);
    }

    private void watch(int fd, int interest, long token) throws ErrnoException {
        try {
            poller.add(fd, interest, token);
        } catch (ErrnoException e) {
            throw ErrnoException.explained(e);
        }
    }

    /** The state that the registration had. */
    private byte remove(String operation, int fd, int batch) throws ErrnoException {
        byte state = registrations.state(fd);
        if (state == Registrations.NONE) {
            throw ErrnoException.notRegistered(operation, fd, "there is nothing to delete");
        }
        registrations.remove(fd, batch);
        return state;
    }
}
