package io.latentry.server.oip.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.stub.ServerCallStreamObserver;
import io.latentry.server.oip.proto.ModelInferRequest;
import io.latentry.server.oip.proto.ModelInferResponse;
import io.latentry.server.oip.proto.ModelStreamInferResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class InferenceStreamTest {

  @Test
  void theEndWaitsForARequestThatCameWhileTheOneBeforeWasAnswered() {
    CompletableFuture<ModelInferResponse> second = new CompletableFuture<>();
    Call call = new Call();
    InferenceStream stream =
        new InferenceStream(
            call,
            request ->
                request.getId().equals("1")
                    ? CompletableFuture.completedFuture(ModelInferResponse.getDefaultInstance())
                    : second);
    call.whenAsked = () -> stream.onNext(request("2"));

    stream.onNext(request("1"));
    stream.onCompleted();
    assertThat(call.said).containsExactly("answer");

    assertThat(second.complete(ModelInferResponse.getDefaultInstance())).isTrue();
    assertThat(call.said).containsExactly("answer", "answer", "end");
  }

  private static ModelInferRequest request(String id) {
    return ModelInferRequest.newBuilder().setId(id).build();
  }

  /** A call whose caller has the next request ready: it comes while one is asked for. */
  private static final class Call extends ServerCallStreamObserver<ModelStreamInferResponse> {
    final List<String> said = new ArrayList<>();
    @Nullable Runnable whenAsked;

    @Override
    public void request(int count) {
      Runnable next = whenAsked;
      whenAsked = null;
      if (next != null) {
        next.run();
      }
    }

    @Override
    public void onNext(ModelStreamInferResponse answer) {
      said.add("answer");
    }

    @Override
    public void onCompleted() {
      said.add("end");
    }

    @Override
    public void onError(Throwable failure) {
      said.add("error");
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {}

    @Override
    public void setCompression(String compression) {}

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void setMessageCompression(boolean enable) {}
  }
}
