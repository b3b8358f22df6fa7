package io.latentry.server.api;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.common.util.TimeoutMode;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.latentry.server.door.AnswerSpool;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * An answer on its way out, by one thread that writes. A write waits until the one before was
 * taken, so that a slow reader slows the writer. Headers go with the first bytes: before them, an
 * error still has its status.
 *
 * <p>Who reads nothing until all is sent would never be done: while the request is still coming, a
 * write that is not taken within {@link #STALL} puts this and what follows on the disk. From there
 * it goes out as it is taken, on other threads, and once nothing is left there writes go straight
 * out again.
 */
final class ResponseOutput extends OutputStream {
  /** After so long a pause a caller seems not to read. */
  private static final Duration STALL = Duration.ofMillis(500);

  /** What goes out of the spool at once. */
  private static final int PART_BYTES = 1 << 16;

  private final ServiceRequestContext context;
  private final HttpResponseWriter response;
  private final MediaType type;
  private final Duration patience;
  private final AnswerSpool.Part spool;
  private boolean begun;

  /** Whether what is written goes to the spool, since something is there or on its way from it. */
  private boolean spooling;

  /** When something was last taken of what is in the spool. */
  private long moved;

  private @Nullable IOException failed;

  /**
   * @param patience how long it may be before something is taken
   */
  ResponseOutput(
      ServiceRequestContext context,
      HttpResponseWriter response,
      MediaType type,
      Duration patience,
      AnswerSpool spool) {
    this.context = context;
    this.response = response;
    this.type = type;
    this.patience = patience;
    this.spool = spool.open();
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (putBehindTheOthers(bytes, offset, length)) {
      return;
    }
    begin();
    send(response.tryWrite(HttpData.wrap(Arrays.copyOfRange(bytes, offset, offset + length))));
    if (!isTakenWithin(STALL)) {
      if (!requestIsWhole()) {
        beginSpooling();
      } else if (!isTakenWithin(patience)) {
        throw takesNoMore();
      }
    }
  }

  /** The answer is whole. */
  @Override
  public void close() throws IOException {
    try {
      synchronized (this) {
        while (spooling) {
          awaitMove();
        }
      }
      begin();
      response.close();
    } finally {
      release();
    }
  }

  /** Gives back the room that it has on the disk, whether the answer is whole or not. */
  synchronized void release() {
    spooling = false;
    spool.close();
  }

  /** False if nothing is before them. */
  private synchronized boolean putBehindTheOthers(byte[] bytes, int offset, int length)
      throws IOException {
    while (spooling) {
      requireTaken();
      // Who has sent everything reads, now or never.
      if (!requestIsWhole() && spool.put(bytes, offset, length)) {
        return true;
      }
      awaitMove();
    }
    return false;
  }

  /** What was sent last is not taken yet; it is followed by what is in the spool. */
  private synchronized void beginSpooling() {
    spooling = true;
    moved = System.nanoTime();
    var unused =
        response.whenConsumed().handleAsync(this::sendFromSpool, context.blockingTaskExecutor());
  }

  private synchronized @Nullable Void sendFromSpool(
      @Nullable Void taken, @Nullable Throwable cause) {
    if (!spooling) {
      return null;
    }
    try {
      if (cause != null) {
        throw new IOException("the caller takes no more of the answer", cause);
      }
      moved = System.nanoTime();
      context.setRequestTimeout(TimeoutMode.SET_FROM_NOW, patience);
      if (spool.isEmpty()) {
        spooling = false;
      } else {
        send(response.tryWrite(HttpData.wrap(spool.take(PART_BYTES))));
        var unused =
            response
                .whenConsumed()
                .handleAsync(this::sendFromSpool, context.blockingTaskExecutor());
      }
    } catch (IOException e) {
      failed = e;
    } catch (RuntimeException e) {
      failed = new IOException("the rest of the answer was not sent", e);
    }
    notifyAll();
    return null;
  }

  /** Waits until something more of the spool was taken. */
  private synchronized void awaitMove() throws IOException {
    long before = moved;
    long deadline = System.nanoTime() + patience.toNanos();
    while (spooling && failed == null && moved == before) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        throw takesNoMore();
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
    requireTaken();
  }

  private synchronized void requireTaken() throws IOException {
    if (failed != null) {
      throw failed;
    }
  }

  private boolean isTakenWithin(Duration time) throws IOException {
    try {
      Object unused = response.whenConsumed().get(time.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException notYet) {
      return false;
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (ExecutionException e) {
      throw new IOException("the caller takes no more of the answer", e);
    }
  }

  private boolean requestIsWhole() {
    return context.log().isAvailable(RequestLogProperty.REQUEST_END_TIME);
  }

  private static IOException takesNoMore() {
    return new IOException("the caller takes no more of the answer");
  }

  private static IOException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IOException("interrupted", e);
  }

  private void begin() throws IOException {
    if (!begun) {
      begun = true;
      send(
          response.tryWrite(ResponseHeaders.of(HttpStatus.OK, HttpHeaderNames.CONTENT_TYPE, type)));
    }
  }

  private static void send(boolean taken) throws IOException {
    if (!taken) {
      throw new IOException("the caller has gone");
    }
  }
}
