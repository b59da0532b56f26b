package dev.eventloop.net;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventCallback;
import dev.eventloop.EventLoop;
import jnr.enxio.channels.NativeSelectableChannel;

/** The bridge from channels of jnr-enxio (and jnr-unixsocket) to a loop: they tell their fd. */
public final class EnxioChannels {
    private EnxioChannels() {}

    /** {@link EventLoop#add} for a channel. Delete its fd before the channel is closed. */
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
