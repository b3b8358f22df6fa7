package io.latentry.server.door;

import com.linecorp.armeria.common.CancellationException;
import com.linecorp.armeria.common.logging.RequestLog;
import com.linecorp.armeria.common.util.Exceptions;

/**
 * Whether an exchange failed because it is over already: the caller has gone, or has an answer that
 * was sent before the body had come. Neither is a fault of the service.
 */
public final class BrokenOff {
  private BrokenOff() {}

  public static boolean is(Throwable cause) {
    return cause instanceof CancellationException
        || Exceptions.isStreamCancelling(cause)
        || Exceptions.isExpected(cause);
  }

  /**
   * Whether an answer ended before its end, whoever's fault that is. Its status, if it came as far,
   * says that all is well.
   */
  public static boolean isAnswer(RequestLog done) {
    return done.responseCause() != null && !done.responseHeaders().status().isError();
  }
}
