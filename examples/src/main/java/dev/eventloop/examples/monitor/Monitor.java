package dev.eventloop.examples.monitor;

import dev.eventloop.EventLoop;
import dev.eventloop.Timer;
import dev.eventloop.net.Sockets;
import java.time.Duration;

/** Polls the admin port and shows the answers. Confined to its loop's thread. */
final class Monitor implements AutoCloseable, AdminClient.Listener {
    private static final String STATS = "/api/v1/stats";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final EventLoop loop;
    private final AdminPort port;
    private final Screen screen;
    private final AdminClient client;
    private final Timer timer;
    private long left;
    private Sample before;
    private boolean lost;
    private String refusal;

    /**
     * @param count the number of answers after which to stop; {@link Long#MAX_VALUE} for never
     */
    Monitor(
            EventLoop loop,
            Sockets sockets,
            AdminPort port,
            Duration interval,
            long count,
            Screen screen) {
        this.loop = loop;
        this.port = port;
        this.screen = screen;
        this.left = count;
        this.client = new AdminClient(loop, sockets, port, PATIENCE, this);
        this.timer = loop.newTimer(this::ask);
        timer.startPeriodic(interval);
        loop.execute(this::ask);
    }

    /** Why the monitor has given up; null if it has not. */
    String refusal() {
        return refusal;
    }

    private void ask() {
        if (!screen.isOpen()) {
            loop.stop();
        } else if (!client.isBusy()) {
            client.get(STATS);
        }
    }

    @Override
    public void answered(int status, String body) {
        Sample now = status == 200 ? Sample.parse(body, System.nanoTime()) : null;
        if (now == null) {
            notUnderstood(status);
            return;
        }
        if (before != null && now.uptime() < before.uptime()) {
            screen.tell("high_perf_lb was restarted; rates begin at 0");
            before = null;
        } else if (lost) {
            screen.tell(port.name() + " answers again");
        }
        lost = false;
        screen.show(Rates.between(before, now));
        before = now;
        left--;
        if (left == 0) {
            loop.stop();
        }
    }

    /** Gives up, unless high_perf_lb has answered before: retrying would not help. */
    private void notUnderstood(int status) {
        String why =
                switch (status) {
                    case 401 ->
                            port.name()
                                    + " requires a token, and this one is wrong or missing; see --token-file";
                    case 403 -> port.name() + " rejects this host name; use its address";
                    case 200, 404 -> port.name() + " is not the admin port of high_perf_lb";
                    default -> port.name() + " answered with status " + status;
                };
        if (before == null && !lost) {
            refusal = why;
            loop.stop();
        } else {
            lose(why);
        }
    }

    @Override
    public void failed(String why) {
        lose(port.name() + ": " + why + "; retrying");
    }

    private void lose(String why) {
        lost = true;
        screen.lost(why);
    }

    @Override
    public void close() {
        timer.cancel();
        client.close();
    }
}
