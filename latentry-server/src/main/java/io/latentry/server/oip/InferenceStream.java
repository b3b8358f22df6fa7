package io.latentry.server.oip;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.latentry.server.oip.proto.ModelInferRequest;
import io.latentry.server.oip.proto.ModelInferResponse;
import io.latentry.server.oip.proto.ModelStreamInferResponse;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

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

  InferenceStream(
      ServerCallStreamObserver<ModelStreamInferResponse> call,
      Function<ModelInferRequest, CompletableFuture<ModelInferResponse>> infer) {
    this.call = call;
    this.infer = infer;
  }

  /** Ends the stream when it has to end before its caller wants it to. */
  void watch(ServiceRequestContext context) {
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
    latest =
        infer
            .apply(request)
            .handle(
                (response, failure) -> {
                  ModelStreamInferResponse.Builder answer = ModelStreamInferResponse.newBuilder();
                  if (failure == null) {
                    answer.setInferResponse(response);
                  } else {
                    String why = GrpcErrors.status(failure).getDescription();
                    answer
                        .setErrorMessage(why == null ? "cancelled" : why)
                        .setInferResponse(
                            ModelInferResponse.newBuilder()
                                .setModelName(request.getModelName())
                                .setId(request.getId()));
                  }
                  if (!call.isCancelled()) {
                    call.onNext(answer.build());
                    call.request(1);
                  }
                  return answer;
                });
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
                lastWord.run();
              }
            });
  }
}
