package io.latentry.server;

import com.linecorp.armeria.common.CancellationException;
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
}
