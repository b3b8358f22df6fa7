package io.latentry.server.api;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An answer on its way out. A write waits until the one before was taken, so that a slow reader
 * slows the writer. Headers go with the first bytes: before them, an error still has its status.
 */
final class ResponseOutput extends OutputStream {
  private final HttpResponseWriter response;
  private final MediaType type;
  private final Duration patience;
  private boolean begun;

  ResponseOutput(HttpResponseWriter response, MediaType type, Duration patience) {
    this.response = response;
    this.type = type;
    this.patience = patience;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    begin();
    send(response.tryWrite(HttpData.wrap(Arrays.copyOfRange(bytes, offset, offset + length))));
    try {
      Object unused = response.whenConsumed().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the caller takes no more of the answer", e);
    }
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

  /** The answer is whole. */
  @Override
  public void close() throws IOException {
    begin();
    response.close();
  }
}
