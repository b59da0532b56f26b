package dev.eventloop.net;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventCallback;
import dev.eventloop.EventLoop;
import jnr.enxio.channels.NativeSelectableChannel;

/** Registers channels of jnr-enxio and jnr-unixsocket with a loop, by their fd. */
public final class EnxioChannels {
    private EnxioChannels() {}

    /**
     * {@link EventLoop#add} for a channel. Call {@link EventLoop#del} with its fd before closing
     * it.
     */
    public static <A> void add(
            EventLoop loop,
            NativeSelectableChannel channel,
            int interest,
            EventCallback<? super A> callback,
            A attachment)
            throws ErrnoException {
        loop.add(channel.getFD(), interest, callback, attachment);
    }
}
