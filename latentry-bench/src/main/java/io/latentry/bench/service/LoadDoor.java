package io.latentry.bench.service;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.grpc.GrpcClients;
import com.linecorp.armeria.common.MediaType;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.latentry.core.data.Rows;
import io.latentry.server.oip.proto.GRPCInferenceServiceGrpc.GRPCInferenceServiceStub;
import io.latentry.server.oip.proto.ModelInferRequest;
import io.latentry.server.oip.proto.ModelInferResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;

/**
 * One way to have rows judged, with requests made beforehand.
 *
 * @param sender sends the request of a number; what comes is {@link #OK} or the status, in words
 */
record LoadDoor(String name, IntFunction<CompletableFuture<String>> sender) {
  static final String OK = "ok";

  /**
   * All of them, sending {@code batches} in turn.
   *
   * @param factory its event loops are the most HTTP/2 connections; HTTP/1 opens one for each
   *     request under way
   */
  static List<LoadDoor> all(
      String authority, String model, List<Rows> batches, ClientFactory factory) {
    return List.of(
        http(
            "HTTP JSON /v1 score",
            "/v1/models/" + model + "/score",
            batches.stream().map(Bodies::api).toList(),
            authority,
            factory),
        http(
            "HTTP JSON /v2 infer",
            "/v2/models/" + model + "/infer",
            batches.stream().map(Bodies::oip).toList(),
            authority,
            factory),
        grpc(batches.stream().map(rows -> Bodies.grpc(model, rows)).toList(), authority, factory));
  }

  private static LoadDoor http(
      String name, String path, List<byte[]> bodies, String authority, ClientFactory factory) {
    WebClient client = WebClient.builder("h1c://" + authority).factory(factory).build();
    return new LoadDoor(
        name,
        number ->
            client
                .prepare()
                .post(path)
                .content(MediaType.JSON, bodies.get(number % bodies.size()))
                .execute()
                .aggregate()
                .handle(
                    (answer, failure) ->
                        failure != null
                            ? failure.getClass().getSimpleName()
                            : answer.status().code() == 200 ? OK : answer.status().codeAsText()));
  }

  private static LoadDoor grpc(
      List<ModelInferRequest> requests, String authority, ClientFactory factory) {
    GRPCInferenceServiceStub stub =
        GrpcClients.builder("gproto+h2c://" + authority)
            .factory(factory)
            .build(GRPCInferenceServiceStub.class);
    return new LoadDoor(
        "gRPC ModelInfer, raw",
        number -> {
          CompletableFuture<String> done = new CompletableFuture<>();
          stub.modelInfer(requests.get(number % requests.size()), new Unary(done));
          return done;
        });
  }

  /** The end of one call. */
  private record Unary(CompletableFuture<String> done)
      implements StreamObserver<ModelInferResponse> {
    @Override
    public void onNext(ModelInferResponse answer) {}

    @Override
    public void onError(Throwable failure) {
      done.complete(Status.fromThrowable(failure).getCode().name());
    }

    @Override
    public void onCompleted() {
      done.complete(OK);
    }
  }
}
