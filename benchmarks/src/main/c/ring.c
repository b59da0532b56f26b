/*
 * A ring of pipes on raw epoll or poll: when a pipe becomes ready, the program reads one byte from it
 * and writes one to the next. For each line "PIPES ACTIVE EVENTS" on standard input it prints the CPU
 * time in nanoseconds that EVENTS events took. It is the C counterpart of RingProgram.java and makes
 * the bare system calls, which is the lower bound for any event loop.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { MAX_EVENTS = 256 }; /* the Java loop's default */

static int use_poll;
static int size;
static int *read_fds;
static int *write_fds;
static struct pollfd *polled;
static int epoll_fd = -1;

static long received;
static long to_write;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void put(int pipe) {
    if (write(write_fds[pipe], "e", 1) != 1) fail("write");
}

static void on_ready(int pipe) {
    char byte;
    if (read(read_fds[pipe], &byte, 1) != 1) fail("read");
    received++;
    if (to_write > 0) {
        to_write--;
        put(pipe + 1 == size ? 0 : pipe + 1);
    }
}

static void wait_with_epoll(void) {
    struct epoll_event events[MAX_EVENTS];
    int count = epoll_wait(epoll_fd, events, MAX_EVENTS, -1);
    if (count < 0) fail("epoll_wait");
    for (int i = 0; i < count; i++) on_ready((int)events[i].data.u64);
}

static void wait_with_poll(void) {
    int count = poll(polled, (nfds_t)size, -1);
    if (count < 0) fail("poll");
    for (int i = 0; count > 0; i++) {
        if (polled[i].revents != 0) {
            count--;
            on_ready(i);
        }
    }
}

static void close_ring(void) {
    for (int i = 0; i < size; i++) {
        close(read_fds[i]);
        close(write_fds[i]);
    }
    if (epoll_fd >= 0) close(epoll_fd);
    free(read_fds);
    free(write_fds);
    free(polled);
}

static void open_ring(int pipes) {
    size = pipes;
    read_fds = calloc((size_t)size, sizeof *read_fds);
    write_fds = calloc((size_t)size, sizeof *write_fds);
    polled = calloc((size_t)size, sizeof *polled);
    if (read_fds == NULL || write_fds == NULL || polled == NULL) fail("calloc");
    if (!use_poll && (epoll_fd = epoll_create1(EPOLL_CLOEXEC)) < 0) fail("epoll_create1");
    for (int i = 0; i < size; i++) {
        int ends[2];
        if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) < 0) fail("pipe2");
        read_fds[i] = ends[0];
        write_fds[i] = ends[1];
        polled[i].fd = ends[0];
        polled[i].events = POLLIN;
        struct epoll_event event = {.events = EPOLLIN, .data.u64 = (unsigned)i};
        if (!use_poll && epoll_ctl(epoll_fd, EPOLL_CTL_ADD, ends[0], &event) < 0) fail("epoll_ctl");
    }
}

/* A pipe's first byte makes the kernel allocate a page, which must not be measured. */
static void touch_all(void) {
    to_write = 0;
    for (int i = 0; i < size; i++) {
        put(i);
        on_ready(i);
    }
}

/* CPU time of this thread, so that other programs do not count. */
static long long processor_time(void) {
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static long long run(int active, long events) {
    received = 0;
    to_write = events - active;
    long long start = processor_time();
    for (int i = 0; i < active; i++) put(i * (size / active));
    while (received < events) {
        if (use_poll) {
            wait_with_poll();
        } else {
            wait_with_epoll();
        }
    }
    return processor_time() - start;
}

static void *sleep_for_ever(void *none) {
    for (;;) pause();
    return none;
}

/*
 * In a multi-threaded process such as a JVM the kernel takes a reference to the file for the duration
 * of each call (fdget in fs/file.c), and the C library makes each call a cancellation point
 * (sysdeps/unix/sysv/linux/sysdep-cancel.h in glibc).
 */
static void become_threaded(void) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, sleep_for_ever, NULL) != 0) fail("pthread_create");
}

int main(int count, char **arguments) {
    int pipes;
    int active;
    long events;
    use_poll = count > 1 && strcmp(arguments[1], "poll") == 0;
    if (count > 2 && strcmp(arguments[2], "threaded") == 0) become_threaded();
    while (scanf("%d %d %ld", &pipes, &active, &events) == 3) {
        if (pipes != size) {
            if (size > 0) close_ring();
            open_ring(pipes);
            touch_all();
        }
        printf("%lld\n", run(active, events));
        fflush(stdout);
    }
    return 0;
}
