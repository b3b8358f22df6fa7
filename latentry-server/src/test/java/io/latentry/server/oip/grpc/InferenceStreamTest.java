package io.latentry.server.oip.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.Uninterruptibles;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.stub.ServerCallStreamObserver;
import io.latentry.server.oip.proto.ModelInferRequest;
import io.latentry.server.oip.proto.ModelInferResponse;
import io.latentry.server.oip.proto.ModelStreamInferResponse;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
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

  /** As a call has it: an answer of another thread waits for its turn on the event loop. */
  @Test
  void theEndDoesNotOvertakeTheLastAnswer() throws Exception {
    EventLoopGroup loops = EventLoopGroups.newEventLoopGroup(1);
    try {
      EventLoop loop = loops.next();
      Call call = new Call();
      call.answersOn = loop;
      CompletableFuture<ModelInferResponse> answer = new CompletableFuture<>();
      InferenceStream stream = new InferenceStream(call, request -> answer);
      stream.watch(
          ServiceRequestContext.builder(HttpRequest.of(HttpMethod.POST, "/"))
              .eventLoop(loop)
              .build());
      stream.onNext(request("1"));
      stream.onCompleted();

      CountDownLatch busy = new CountDownLatch(1);
      loop.execute(
          () -> {
            boolean unused = Uninterruptibles.awaitUninterruptibly(busy, 1, TimeUnit.MINUTES);
          });
      assertThat(answer.complete(ModelInferResponse.getDefaultInstance())).isTrue();
      assertThat(call.said).isEmpty();
      busy.countDown();
      loop.submit(() -> {}).get(1, TimeUnit.MINUTES);
      assertThat(call.said).containsExactly("answer", "end");
    } finally {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).get(1, TimeUnit.MINUTES);
    }
  }

  private static ModelInferRequest request(String id) {
    return ModelInferRequest.newBuilder().setId(id).build();
  }

  /** A call whose caller has the next request ready: it comes while one is asked for. */
  private static final class Call extends ServerCallStreamObserver<ModelStreamInferResponse> {
    final List<String> said = new CopyOnWriteArrayList<>();

    /** Where answers are written. */
    Executor answersOn = Runnable::run;

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
      answersOn.execute(() -> said.add("answer"));
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
