package dev.eventloop;

/**
 * A backend, and whether it can be used on this machine.
 *
 * @param name of the backend, such as {@code "epoll"}
 * @param available whether {@link EventLoop#create} can use it
 * @param unavailableBecause the reason if it is not available, else empty
 */
public record BackendInfo(String name, boolean available, String unavailableBecause) {
    @Override
    public String toString() {
        return name + " (" + (available ? "available" : unavailableBecause) + ")";
    }
}
