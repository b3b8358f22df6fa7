package io.latentry.load.service;

import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Requests under way, on the thread of their client alone. */
abstract sealed class LoadRun {
  private static final int DIGITS = 3;

  /** In an open loop: connections have a limit. */
  static final int MOST_UNDER_WAY = 512;

  private final LoadDoor door;
  private final CompletableFuture<LoadPoint> over = new CompletableFuture<>();
  private final Histogram micros = new Histogram(DIGITS);
  private final Map<String, Long> errors = new TreeMap<>();
  private long start;
  private int sent;
  private int underWay;

  private LoadRun(LoadDoor door) {
    this.door = door;
  }

  /** Where the figures will be. */
  final CompletableFuture<LoadPoint> whenOver() {
    return over;
  }

  final void begin() {
    start = System.nanoTime();
    begin(start);
  }

  abstract void begin(long now);

  /** A request was answered. */
  abstract void goOn();

  final int underWay() {
    return underWay;
  }

  /** Whether there are requests yet to be sent. */
  abstract boolean hasMore();

  /**
   * @param from when its time starts
   */
  final void send(long from) {
    underWay++;
    door.sender()
        .send(
            sent++,
            status -> {
              underWay--;
              if (status.equals(LoadDoor.OK)) {
                micros.recordValue((System.nanoTime() - from) / 1000);
              } else {
                errors.merge(status, 1L, Long::sum);
              }
              goOn();
              if (underWay == 0 && !hasMore()) {
                boolean unused =
                    over.complete(new LoadPoint((System.nanoTime() - start) / 1e9, micros, errors));
              }
            });
  }

  /** Each answer is followed by a request. */
  static final class Closed extends LoadRun {
    private final int concurrent;
    private final long lasts;
    private long end;

    Closed(LoadDoor door, int concurrent, double seconds) {
      super(door);
      this.concurrent = concurrent;
      this.lasts = (long) (seconds * 1e9);
    }

    @Override
    void begin(long now) {
      end = now + lasts;
      for (int i = 0; i < concurrent; i++) {
        send(System.nanoTime());
      }
    }

    @Override
    void goOn() {
      if (hasMore()) {
        send(System.nanoTime());
      }
    }

    @Override
    boolean hasMore() {
      return System.nanoTime() < end;
    }
  }

  /** Requests come when they are due, unless {@value #MOST_UNDER_WAY} are under way. */
  static final class Open extends LoadRun {
    private final EventLoop loop;
    private final double nanosApart;
    private final SplittableRandom random;
    private long left;
    private double due;
    private boolean waits;

    /**
     * @param seed of the times at which requests are due
     */
    Open(EventLoop loop, LoadDoor door, double requestsPerSecond, double seconds, long seed) {
      super(door);
      this.loop = loop;
      this.nanosApart = 1e9 / requestsPerSecond;
      this.left = Math.max(1, (long) (requestsPerSecond * seconds));
      this.random = new SplittableRandom(seed);
    }

    @Override
    void begin(long now) {
      due = now;
      sendWhatIsDue();
    }

    private void sendWhatIsDue() {
      waits = false;
      while (left > 0 && !waits) {
        long from = (long) due;
        long early = from - System.nanoTime();
        if (early > 0) {
          var unused = loop.schedule(this::sendWhatIsDue, early, TimeUnit.NANOSECONDS);
          return;
        }
        waits = underWay() >= MOST_UNDER_WAY;
        if (!waits) {
          left--;
          due -= nanosApart * Math.log(1 - random.nextDouble());
          send(from);
        }
      }
    }

    @Override
    void goOn() {
      if (waits) {
        sendWhatIsDue();
      }
    }

    @Override
    boolean hasMore() {
      return left > 0;
    }
  }
}
