package io.latentry.server.api;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serial;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * A body as it comes, for one thread that reads it. Before it waits for more, that thread is given
 * the occasion to do something with what it has.
 */
final class TableBody extends InputStream {
  /** That are asked for ahead, so that there seldom is a wait for what is on its way. */
  private static final int PARTS_AHEAD = 8;

  /** What is no part of the body. */
  private static final byte[] END = {};

  /** What is done before a wait. */
  interface BeforeWait {
    void run() throws IOException;
  }

  /** What was to be done before a wait failed. */
  private static final class BeforeWaitException extends IOException {
    @Serial private static final long serialVersionUID = 1;

    BeforeWaitException(Throwable cause) {
      super("before a wait", cause);
    }
  }

  private final Parts parts = new Parts();
  private BeforeWait beforeWait = () -> {};
  private long patienceNanos = Long.MAX_VALUE / 2;
  private long since = System.nanoTime();
  private byte[] part = END;
  private int at;
  private boolean ended;

  private TableBody() {}

  static TableBody of(HttpRequest request) {
    TableBody body = new TableBody();
    request.subscribe(body.parts);
    return body;
  }

  /**
   * From now on {@code work} is done on the reading thread when nothing more has come and the last
   * time, or {@link #restart}, is {@code patience} ago.
   */
  void beforeWaiting(Duration patience, BeforeWait work) {
    this.beforeWait = work;
    this.patienceNanos = patience.toNanos();
    restart();
  }

  /** What would be done before a wait has been done just now. */
  void restart() {
    since = System.nanoTime();
  }

  /**
   * What failed before a wait, if that is why reading did: a parser says only that its input could
   * not be read.
   */
  static Throwable reasonOf(Throwable thrown) {
    for (@Nullable Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof BeforeWaitException) {
        return Objects.requireNonNullElse(cause.getCause(), thrown);
      }
    }
    return thrown;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (at == part.length && !next()) {
      return -1;
    }
    int count = Math.min(length, part.length - at);
    System.arraycopy(part, at, target, offset, count);
    at += count;
    return count;
  }

  private boolean next() throws IOException {
    if (ended) {
      return false;
    }
    try {
      part = awaited();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    at = 0;
    if (part == END) {
      ended = true;
      @Nullable Throwable broken = parts.broken;
      if (broken != null) {
        throw new IOException("broken off", broken);
      }
      return false;
    }
    parts.askForOneMore();
    return true;
  }

  private byte[] awaited() throws IOException, InterruptedException {
    byte[] come = parts.come.poll(since + patienceNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    if (come != null) {
      return come;
    }
    try {
      beforeWait.run();
    } catch (IOException | RuntimeException failed) {
      throw new BeforeWaitException(failed);
    }
    restart();
    return parts.come.take();
  }

  @Override
  public int available() {
    byte[] coming = parts.come.peek();
    return part.length - at + (coming == null ? 0 : coming.length);
  }

  @Override
  public void close() {
    parts.noMore();
  }

  /** Takes the parts in on the event loop. */
  private static final class Parts implements Subscriber<HttpObject> {
    final BlockingQueue<byte[]> come = new LinkedBlockingQueue<>();
    volatile @Nullable Throwable broken;
    private @Nullable Subscription subscription;
    private boolean closed;

    @Override
    public void onSubscribe(Subscription given) {
      synchronized (this) {
        subscription = given;
        if (!closed) {
          given.request(PARTS_AHEAD);
          return;
        }
      }
      given.cancel();
    }

    @Override
    public void onNext(HttpObject object) {
      // What is no data are trailers.
      if (object instanceof HttpData data && !data.isEmpty()) {
        come.add(data.array());
      } else {
        askForOneMore();
      }
    }

    @Override
    public void onError(Throwable cause) {
      broken = cause;
      come.add(END);
    }

    @Override
    public void onComplete() {
      come.add(END);
    }

    synchronized void askForOneMore() {
      if (subscription != null && !closed) {
        subscription.request(1);
      }
    }

    synchronized void noMore() {
      closed = true;
      if (subscription != null) {
        subscription.cancel();
      }
    }
  }
}
