package io.latentry.server.oip.grpc;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.latentry.server.oip.proto.ModelInferRequest;
import io.latentry.server.oip.proto.ModelInferResponse;
import io.latentry.server.oip.proto.ModelStreamInferResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Triton's stream of requests: each is answered or told why not, and a refusal does not end the
 * stream. One request is under way at a time, so that a caller who sends faster is held back. When
 * the server closes, or the caller's key is revoked, the stream ends after the answer that is under
 * way.
 */
final class InferenceStream implements StreamObserver<ModelInferRequest> {
  private final ServerCallStreamObserver<ModelStreamInferResponse> call;
  private final Function<ModelInferRequest, CompletableFuture<ModelInferResponse>> infer;
  private CompletableFuture<?> latest = CompletableFuture.completedFuture(null);
  private boolean ended;

  /** Where answers go out one after the other. */
  private Executor lastWords = Runnable::run;

  InferenceStream(
      ServerCallStreamObserver<ModelStreamInferResponse> call,
      Function<ModelInferRequest, CompletableFuture<ModelInferResponse>> infer) {
    this.call = call;
    this.infer = infer;
  }

  /** Ends the stream when it has to end before its caller wants it to. */
  synchronized void watch(ServiceRequestContext context) {
    lastWords = context.eventLoop();
    LongCall.watch(
        context, this::isOver, reason -> end(() -> call.onError(reason.asRuntimeException())));
  }

  private synchronized boolean isOver() {
    return ended || call.isCancelled();
  }

  @Override
  public synchronized void onNext(ModelInferRequest request) {
    if (ended) {
      return;
    }
    CompletableFuture<Boolean> answered = new CompletableFuture<>();
    latest = answered;
    CompletableFuture<?> unused =
        infer
            .apply(request)
            .whenComplete(
                (response, failure) -> {
                  try {
                    if (!call.isCancelled()) {
                      call.onNext(answer(request, response, failure));
                    }
                  } finally {
                    boolean unusedFlag = answered.complete(true);
                  }
                  // Last: the next request may come from inside, and is then the latest.
                  call.request(1);
                });
  }

  private static ModelStreamInferResponse answer(
      ModelInferRequest request,
      @Nullable ModelInferResponse response,
      @Nullable Throwable failure) {
    ModelStreamInferResponse.Builder answer = ModelStreamInferResponse.newBuilder();
    if (failure == null && response != null) {
      return answer.setInferResponse(response).build();
    }
    String why = failure == null ? null : GrpcErrors.status(failure).getDescription();
    return answer
        .setErrorMessage(why == null ? "cancelled" : why)
        .setInferResponse(
            ModelInferResponse.newBuilder()
                .setModelName(request.getModelName())
                .setId(request.getId()))
        .build();
  }

  @Override
  public void onError(Throwable failure) {
    // The caller has gone.
  }

  @Override
  public void onCompleted() {
    end(call::onCompleted);
  }

  /** Says the last word after the answer under way; what was said before stands. */
  private synchronized void end(Runnable lastWord) {
    if (ended) {
      return;
    }
    ended = true;
    CompletableFuture<?> unused =
        latest.whenComplete(
            (answer, failure) -> {
              if (!call.isCancelled()) {
                // An answer of another thread waits for its turn there, and would be overtaken.
                lastWords.execute(lastWord);
              }
            });
  }
}
