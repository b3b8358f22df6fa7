package io.latentry.load.service;

import io.latentry.core.data.Rows;
import io.latentry.server.oip.proto.GRPCInferenceServiceGrpc;
import java.util.List;
import java.util.function.Consumer;

/** One way to have rows judged, with requests made beforehand. */
record LoadDoor(String name, Sender sender) {
  static final String OK = "ok";

  /** Used on the thread of its {@link LoadClient} alone. */
  interface Sender {
    /**
     * @param number which of the requests; they are sent in turn
     * @param answered is told {@link #OK} or the status, in words
     */
    void send(int number, Consumer<String> answered);
  }

  /** All of them, sending {@code batches} in turn. */
  static List<LoadDoor> all(
      LoadClient client, String model, List<Rows> batches, int http2Connections) {
    return List.of(
        new LoadDoor(
            "HTTP JSON /v1 score",
            new HttpSender(
                client,
                "/v1/models/" + model + "/score",
                batches.stream().map(Bodies::api).toList())),
        new LoadDoor(
            "HTTP JSON /v2 infer",
            new HttpSender(
                client,
                "/v2/models/" + model + "/infer",
                batches.stream().map(Bodies::oip).toList())),
        new LoadDoor(
            "gRPC ModelInfer, raw",
            new GrpcSender(
                client,
                http2Connections,
                "/" + GRPCInferenceServiceGrpc.getModelInferMethod().getFullMethodName(),
                batches.stream().map(rows -> Bodies.grpc(model, rows)).toList())));
  }
}
