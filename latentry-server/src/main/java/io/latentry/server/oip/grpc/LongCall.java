package io.latentry.server.oip.grpc;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.latentry.server.access.Caller;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Looks now and again whether a call that may go on without an end has to end after all: because
 * the server closes, which waits for open calls, or its caller's key is good no more.
 */
final class LongCall {
  private static final long LOOK_SECONDS = 1;
  private static final String REFLECTION = "grpc.reflection.";

  private LongCall() {}

  /**
   * @param isOver whether there is nothing to look for any more
   * @param end ends the call; on its event loop, once
   */
  static void watch(ServiceRequestContext context, BooleanSupplier isOver, Consumer<Status> end) {
    if (isOver.getAsBoolean()) {
      return;
    }
    Optional<Status> reason = reasonToEnd(context);
    if (reason.isPresent()) {
      end.accept(reason.get());
      return;
    }
    var unused =
        context
            .eventLoop()
            .schedule(() -> watch(context, isOver, end), LOOK_SECONDS, TimeUnit.SECONDS);
  }

  private static Optional<Status> reasonToEnd(ServiceRequestContext context) {
    if (context.config().server().isClosing()) {
      return Optional.of(
          Status.UNAVAILABLE.withDescription("the service ends; open another stream"));
    }
    return Caller.isStillLetIn(context)
        ? Optional.empty()
        : Optional.of(
            Status.UNAUTHENTICATED.withDescription(
                "key: good no more (expected: a good one); open another stream with it"));
  }

  /** Watches calls of the reflection service, which is not ours. */
  static ServerInterceptor ofReflection() {
    return new ServerInterceptor() {
      @Override
      public <Q, A> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (!call.getMethodDescriptor().getFullMethodName().startsWith(REFLECTION)) {
          return next.startCall(call, headers);
        }
        OnceClosed<Q, A> watched = new OnceClosed<>(call);
        watch(
            ServiceRequestContext.current(),
            watched::isOver,
            reason -> watched.close(reason, new Metadata()));
        return next.startCall(watched, headers);
      }
    };
  }

  /** A call that either side may close first. */
  private static final class OnceClosed<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private final AtomicBoolean closed = new AtomicBoolean();

    OnceClosed(ServerCall<Q, A> call) {
      super(call);
    }

    boolean isOver() {
      return closed.get() || isCancelled();
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (closed.compareAndSet(false, true)) {
        super.close(status, trailers);
      }
    }
  }
}
