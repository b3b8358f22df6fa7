package io.latentry.load.service;

import io.latentry.core.data.Samples;
import io.latentry.server.oip.proto.GRPCInferenceServiceGrpc;
import java.util.List;
import java.util.function.Consumer;

/** One way to have samples judged, with requests made beforehand. */
record LoadDoor(String name, Sender sender) {
  static final String OK = "ok";

  private static final int HTTP2_CONNECTIONS = 4;

  /** Used on the thread of its {@link LoadClient} alone. */
  interface Sender {
    /**
     * @param number which of the requests; they are sent in turn
     * @param answered is told {@link #OK} or the status, in words
     */
    void send(int number, Consumer<String> answered);
  }

  /**
   * {@code /v1}, sending {@code bodies} in turn.
   *
   * @param form of the bodies, in a word
   * @param type of the bodies
   */
  static LoadDoor api(
      LoadClient client, String model, String form, String type, List<byte[]> bodies) {
    return new LoadDoor(
        "HTTP " + form + " /v1 score",
        new HttpSender(client, "/v1/models/" + model + "/score", type, bodies));
  }

  /** {@code /v2}, sending {@code requests} in turn. */
  static LoadDoor oip(LoadClient client, String model, List<? extends Samples> requests) {
    return new LoadDoor(
        "HTTP JSON /v2 infer",
        new HttpSender(
            client,
            "/v2/models/" + model + "/infer",
            Bodies.JSON_TYPE,
            requests.stream().map(Bodies::oip).toList()));
  }

  /** gRPC, sending {@code requests} in turn. */
  static LoadDoor grpc(LoadClient client, String model, List<? extends Samples> requests) {
    return new LoadDoor(
        "gRPC ModelInfer, raw",
        new GrpcSender(
            client,
            HTTP2_CONNECTIONS,
            "/" + GRPCInferenceServiceGrpc.getModelInferMethod().getFullMethodName(),
            requests.stream().map(samples -> Bodies.grpc(model, samples)).toList()));
  }
}
