package io.latentry.server.oip;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc.HealthBlockingStub;
import io.grpc.stub.StreamObserver;
import io.latentry.server.oip.EveryDoor.Answer;
import io.latentry.server.oip.EveryDoor.Protocol;
import io.latentry.server.oip.proto.GRPCInferenceServiceGrpc;
import io.latentry.server.oip.proto.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.latentry.server.oip.proto.GRPCInferenceServiceGrpc.GRPCInferenceServiceStub;
import io.latentry.server.oip.proto.ModelInferRequest;
import io.latentry.server.oip.proto.ModelStreamInferResponse;
import io.latentry.server.oip.proto.ServerLiveRequest;
import io.latentry.server.oip.proto.ServerReadyRequest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A service that is told to end. */
final class EndTest {
  private static final int LONG_SECONDS = 30;

  @Test
  void whileTheNoticeLastsItIsNotReadyAndAnswersStill() throws Exception {
    EveryDoor doors = new EveryDoor(1, "shutdown.notice_millis", "4000");
    GRPCInferenceServiceBlockingStub inference = doors.grpc(GRPCInferenceServiceBlockingStub.class);
    HealthBlockingStub health = doors.grpc(HealthBlockingStub.class);
    Iterator<HealthCheckResponse> watched = health.watch(HealthCheckRequest.getDefaultInstance());
    assertThat(watched.next().getStatus()).isEqualTo(ServingStatus.SERVING);
    assertThat(ready(doors).status().code()).isEqualTo(200);
    CompletableFuture<Void> closing = CompletableFuture.runAsync(doors::close);

    assertThat(watched.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
    AggregatedHttpResponse answer = ready(doors);
    assertThat(answer.status().code()).isEqualTo(503);
    assertThat(answer.contentUtf8()).isEqualTo("{\"ready\":false}");
    assertThat(inference.serverReady(ServerReadyRequest.getDefaultInstance()).getReady()).isFalse();
    for (String service : List.of("", GRPCInferenceServiceGrpc.SERVICE_NAME)) {
      assertThat(
              health.check(HealthCheckRequest.newBuilder().setService(service).build()).getStatus())
          .isEqualTo(ServingStatus.NOT_SERVING);
    }
    assertThat(metrics(doors)).contains("latentry_ready 0.0");
    assertThat(doors.http().get("/v2/health/live").aggregate().join().status().code())
        .isEqualTo(200);
    assertThat(inference.serverLive(ServerLiveRequest.getDefaultInstance()).getLive()).isTrue();
    for (Protocol protocol : Protocol.values()) {
      assertThat(doors.ask(protocol).get(10, TimeUnit.SECONDS).scores()).isEqualTo(doors.expected);
    }
    assertThat(closing).as("the notice, while all this was asked").isNotDone();
    assertThat(watched.hasNext()).isFalse();
    closing.get(LONG_SECONDS, TimeUnit.SECONDS);
  }

  @Test
  void requestsUnderWayAreFinishedByEveryDoor() throws Exception {
    // A run for each row, so that the requests take their time.
    EveryDoor doors =
        new EveryDoor(
            40,
            "batching.workers",
            "1",
            "batching.small_rows",
            "1",
            "batching.max_rows",
            "1",
            "batching.queue_rows",
            "10000");
    assertThat(doors.ask(Protocol.API).get(30, TimeUnit.SECONDS).scores())
        .isEqualTo(doors.expected);
    List<CompletableFuture<Answer>> asked = new ArrayList<>();
    for (Protocol protocol : Protocol.values()) {
      asked.add(doors.ask(protocol));
    }
    while (waitingRows(doors) < doors.expected.size()) {
      assertThat(asked).anySatisfy(one -> assertThat(one).isNotDone());
    }
    doors.close();
    for (CompletableFuture<Answer> one : asked) {
      assertThat(one).as("when the service has ended").isDone();
      assertThat(one.join().scores()).isEqualTo(doors.expected);
    }
  }

  @Test
  void whoWatchesItsHealthDoesNotKeepItFromEnding() throws Exception {
    EveryDoor doors = new EveryDoor(1, "shutdown.grace_millis", "30000");
    HealthBlockingStub health = doors.grpc(HealthBlockingStub.class);
    for (String service : List.of("", "some.other.Service")) {
      assertThat(
              health.watch(HealthCheckRequest.newBuilder().setService(service).build()).hasNext())
          .isTrue();
    }
    CompletableFuture.runAsync(doors::close).get(15, TimeUnit.SECONDS);
  }

  @Test
  void anIdleStreamDoesNotKeepItFromEndingAndIsToldWhy() throws Exception {
    EveryDoor doors = new EveryDoor(1, "shutdown.grace_millis", "30000");
    CountDownLatch answered = new CountDownLatch(1);
    CompletableFuture<Status> last = new CompletableFuture<>();
    StreamObserver<ModelInferRequest> stream =
        doors
            .grpc(GRPCInferenceServiceStub.class)
            .modelStreamInfer(
                new StreamObserver<ModelStreamInferResponse>() {
                  @Override
                  public void onNext(ModelStreamInferResponse answer) {
                    answered.countDown();
                  }

                  @Override
                  public void onError(Throwable failure) {
                    last.complete(Status.fromThrowable(failure));
                  }

                  @Override
                  public void onCompleted() {
                    last.complete(Status.OK);
                  }
                });
    stream.onNext(ModelInferRequest.newBuilder().setModelName("no such model").build());
    assertThat(answered.await(LONG_SECONDS, TimeUnit.SECONDS)).isTrue();
    CompletableFuture.runAsync(doors::close).get(15, TimeUnit.SECONDS);
    Status told = last.get(LONG_SECONDS, TimeUnit.SECONDS);
    assertThat(told.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(told.getDescription()).isEqualTo("the service ends; open another stream");
  }

  private static AggregatedHttpResponse ready(EveryDoor doors) {
    return doors.http().get("/v2/health/ready").aggregate().join();
  }

  private static String metrics(EveryDoor doors) {
    return doors.http().get("/metrics").aggregate().join().contentUtf8();
  }

  private static double waitingRows(EveryDoor doors) {
    return metrics(doors)
        .lines()
        .filter(line -> line.startsWith("latentry_queue_rows"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }
}
