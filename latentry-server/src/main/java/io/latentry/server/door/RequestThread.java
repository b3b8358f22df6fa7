package io.latentry.server.door;

import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.concurrent.Executor;

/** Where a request is read and where its answer is made, once the verdicts are there. */
public final class RequestThread {
  private static final int SMALL_REQUEST_BYTES = 1 << 14;

  private RequestThread() {}

  /**
   * For a request of {@code bytes}: a small one is read on the event loop and answered on the
   * engine's thread, where it is, since handing it over would cost more.
   */
  public static Executor of(ServiceRequestContext context, int bytes) {
    return bytes <= SMALL_REQUEST_BYTES ? Runnable::run : context.blockingTaskExecutor();
  }
}
