package dev.eventloop;

/**
 * A backend, and whether it can be used here.
 *
 * @param name such as {@code "epoll"}
 * @param available whether {@link EventLoop#create} can use it on this machine
 * @param unavailableBecause why not; empty where it is available
 */
public record BackendInfo(String name, boolean available, String unavailableBecause) {
    @Override
    public String toString() {
        return name + " (" + (available ? "available" : unavailableBecause) + ")";
    }
}
