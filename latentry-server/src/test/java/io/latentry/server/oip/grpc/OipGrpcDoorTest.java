package io.latentry.server.oip.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.MediaType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc.HealthBlockingStub;
import io.grpc.reflection.v1.ServerReflectionGrpc.ServerReflectionStub;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import io.latentry.core.data.Rows;
import io.latentry.core.verdict.Verdict;
import io.latentry.scoring.Judgements;
import io.latentry.server.oip.GrpcMessages;
import io.latentry.server.oip.OipService;
import io.latentry.server.oip.proto.DataType;
import io.latentry.server.oip.proto.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.latentry.server.oip.proto.GRPCInferenceServiceGrpc.GRPCInferenceServiceStub;
import io.latentry.server.oip.proto.InferParameter;
import io.latentry.server.oip.proto.InferTensorContents;
import io.latentry.server.oip.proto.ModelConfigRequest;
import io.latentry.server.oip.proto.ModelInferRequest;
import io.latentry.server.oip.proto.ModelInferRequest.InferRequestedOutputTensor;
import io.latentry.server.oip.proto.ModelInferResponse;
import io.latentry.server.oip.proto.ModelMetadataRequest;
import io.latentry.server.oip.proto.ModelReadyRequest;
import io.latentry.server.oip.proto.ModelRepositoryParameter;
import io.latentry.server.oip.proto.ModelStatisticsRequest;
import io.latentry.server.oip.proto.ModelStreamInferResponse;
import io.latentry.server.oip.proto.RepositoryIndexRequest;
import io.latentry.server.oip.proto.RepositoryModelLoadRequest;
import io.latentry.server.oip.proto.RepositoryModelUnloadRequest;
import io.latentry.server.oip.proto.ServerLiveRequest;
import io.latentry.server.oip.proto.ServerMetadataRequest;
import io.latentry.server.oip.proto.ServerReadyRequest;
import io.latentry.server.oip.tensor.TensorsFromJudgements;
import io.latentry.server.serving.Refusal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The protocol over gRPC, against the golden artifact. */
final class OipGrpcDoorTest {
  private static OipService service;
  private static GRPCInferenceServiceBlockingStub stub;

  @BeforeAll
  static void start() {
    service = new OipService();
    stub = service.grpc(GRPCInferenceServiceBlockingStub.class);
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void aMessageThatIsCutShortIsTheCallersFault() {
    byte[] message = GrpcMessages.raw(service.rows(1, 1)).build().toByteArray();
    byte[] whole =
        ByteBuffer.allocate(5 + message.length)
            .put((byte) 0)
            .putInt(message.length)
            .put(message)
            .array();
    WebClient client = WebClient.of("h2c://" + service.authority());
    for (int length : new int[] {0, 1, 4, 5, whole.length - 1, whole.length}) {
      AggregatedHttpResponse answer =
          client
              .prepare()
              .post("/inference.GRPCInferenceService/ModelInfer")
              .content(MediaType.parse("application/grpc"), Arrays.copyOf(whole, length))
              .header("te", "trailers")
              .execute()
              .aggregate()
              .join();
      Status.Code expected = length == whole.length ? Status.Code.OK : Status.Code.INVALID_ARGUMENT;
      assertThat(answer.headers().get("grpc-status", answer.trailers().get("grpc-status", "none")))
          .as("%d of %d bytes", length, whole.length)
          .isEqualTo(Integer.toString(expected.value()));
    }
  }

  @Test
  void rawScoresAreThoseOfTheLibraryToTheLastBit() {
    Rows rows = service.rows(2_000, 1);
    Judgements judged = service.judge(rows);

    ModelInferResponse response =
        stub.modelInfer(GrpcMessages.raw(rows).setId("x").setModelVersion("1").build());

    assertThat(response.getId()).isEqualTo("x");
    assertThat(response.getModelVersion()).isEqualTo("1");
    assertThat(response.getRawOutputContentsCount()).isEqualTo(TensorsFromJudgements.USUAL.size());
    assertThat(response.getOutputsList())
        .noneMatch(ModelInferResponse.InferOutputTensor::hasContents);
    ByteBuffer scores = raw(response, "score");
    ByteBuffer pValues = raw(response, "p_value");
    ByteBuffer anomalies = raw(response, "anomaly");
    ByteBuffer verdicts = raw(response, "verdict");
    for (int row = 0; row < rows.count(); row++) {
      assertThat(Float.valueOf(scores.getFloat())).isEqualTo(Float.valueOf(judged.score(row)));
      assertThat(Double.valueOf(pValues.getDouble())).isEqualTo(Double.valueOf(judged.pValue(row)));
      assertThat(anomalies.get() == 1).isEqualTo(judged.verdict(row) != Verdict.NORMAL);
      assertThat(verdicts.getInt()).isEqualTo(judged.verdict(row).word().length());
      verdicts.position(verdicts.position() + judged.verdict(row).word().length());
    }
  }

  @Test
  void typedScoresAreThoseOfTheLibraryToTheLastBit() {
    Rows rows = service.rows(200, 2);
    Judgements judged = service.judge(rows);

    ModelInferResponse response = stub.modelInfer(GrpcMessages.typed(rows).build());

    assertThat(response.getRawOutputContentsCount()).isZero();
    for (int row = 0; row < rows.count(); row++) {
      assertThat(Float.valueOf(typed(response, "score").getFp32Contents(row)))
          .isEqualTo(Float.valueOf(judged.score(row)));
      assertThat(Double.valueOf(typed(response, "p_value").getFp64Contents(row)))
          .isEqualTo(Double.valueOf(judged.pValue(row)));
      assertThat(typed(response, "verdict").getBytesContents(row).toStringUtf8())
          .isEqualTo(judged.verdict(row).word());
      assertThat(typed(response, "reason").getBytesContents(row).toStringUtf8())
          .isEqualTo(judged.reason(row));
      assertThat(typed(response, "anomaly").getBoolContents(row))
          .isEqualTo(judged.verdict(row) != Verdict.NORMAL);
    }
  }

  @Test
  void typedRequestsGetRawAnswersUnlessTheySayOtherwise() {
    ModelInferRequest request =
        GrpcMessages.typed(service.rows(1, 3))
            .clearParameters()
            .addOutputs(InferRequestedOutputTensor.newBuilder().setName("row"))
            .build();

    ModelInferResponse response = stub.modelInfer(request);

    assertThat(response.getRawOutputContentsList())
        .containsExactly(ByteString.copyFrom(new byte[8]));
  }

  @Test
  void theServerAndItsModelsDescribeThemselves() {
    assertThat(stub.serverLive(ServerLiveRequest.getDefaultInstance()).getLive()).isTrue();
    assertThat(stub.serverReady(ServerReadyRequest.getDefaultInstance()).getReady()).isTrue();
    assertThat(stub.modelReady(ModelReadyRequest.newBuilder().setName("golden").build()).getReady())
        .isTrue();
    assertThat(stub.serverMetadata(ServerMetadataRequest.getDefaultInstance()).getName())
        .isEqualTo("latentry");
    var metadata = stub.modelMetadata(ModelMetadataRequest.newBuilder().setName("golden").build());
    assertThat(metadata.getInputs(0).getShapeList()).containsExactly(-1L, 7L);
    assertThat(metadata.getInputs(1).getDatatype()).isEqualTo("BYTES");
    var config =
        stub.modelConfig(ModelConfigRequest.newBuilder().setName("golden").build()).getConfig();
    assertThat(config.getInput(1).getDataType()).isEqualTo(DataType.TYPE_STRING);
    assertThat(config.getOutputCount()).isEqualTo(metadata.getOutputsCount());
    stub.modelInfer(GrpcMessages.raw(service.rows(3, 4)).build());
    var statistics =
        stub.modelStatistics(ModelStatisticsRequest.newBuilder().setName("golden").build())
            .getModelStats(0);
    assertThat(statistics.getInferenceCount()).isGreaterThanOrEqualTo(3);
    assertThat(statistics.getInferenceStats().getSuccess().getNs()).isPositive();
  }

  @Test
  void aModelCanBeUnloadedAndLoadedAgain() throws InterruptedException {
    stub.repositoryModelUnload(
        RepositoryModelUnloadRequest.newBuilder().setModelName("golden").build());
    try {
      service.awaitUnloaded();
      refused(GrpcMessages.raw(service.rows(1, 5)), Status.Code.UNAVAILABLE, "unloaded");
      assertThat(
              stub.modelReady(ModelReadyRequest.newBuilder().setName("golden").build()).getReady())
          .isFalse();
      assertThat(
              stub.repositoryIndex(RepositoryIndexRequest.newBuilder().setReady(true).build())
                  .getModelsList())
          .isEmpty();
      assertThat(
              stub.repositoryIndex(RepositoryIndexRequest.getDefaultInstance())
                  .getModels(0)
                  .getState())
          .isEqualTo("UNAVAILABLE");
    } finally {
      stub.repositoryModelLoad(
          RepositoryModelLoadRequest.newBuilder().setModelName("golden").build());
    }
    assertThat(stub.modelInfer(GrpcMessages.raw(service.rows(1, 5)).build()).getOutputsCount())
        .isPositive();
    StatusRuntimeException withParameters =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                stub.repositoryModelLoad(
                    RepositoryModelLoadRequest.newBuilder()
                        .setModelName("golden")
                        .putParameters("config", ModelRepositoryParameter.getDefaultInstance())
                        .build()));
    assertThat(withParameters.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
  }

  @Test
  void aWrongRequestIsToldWhatIsWrong() {
    wrong(r -> r.clearRawInputContents(), "0 elements (expected: 14");
    wrong(r -> r.addRawInputContents(ByteString.EMPTY), "raw_input_contents: 3 (expected: 2");
    wrong(
        r -> r.getInputsBuilder(0).setContents(InferTensorContents.getDefaultInstance()),
        "inputs[0].contents beside raw_input_contents");
    wrong(r -> r.getInputsBuilder(0).setDatatype("FP64"), "56 bytes (expected: 112");
    wrong(r -> r.getInputsBuilder(0).setDatatype("UINT8"), "'UINT8' (expected: BOOL");
    wrong(r -> r.getInputsBuilder(0).setName(""), "inputs[0].name: missing");
    wrong(r -> r.getInputsBuilder(0).setShape(0, -2), "dimensions >= 0");
    wrong(r -> r.getInputsBuilder(0).setShape(0, Long.MAX_VALUE), "at most 2147483647");
    wrong(r -> r.getInputsBuilder(0).clearShape().addShape(14), "shape [14]");
    wrong(r -> r.getInputsBuilder(1).setName("numeric"), "input 'numeric' twice");
    wrong(
        r -> r.setRawInputContents(1, ByteString.copyFrom(new byte[] {9, 0, 0, 0, 0, 0, 0, 0})),
        "length 9 of element 0");
    wrong(r -> r.addOutputs(InferRequestedOutputTensor.newBuilder().setName("x")), "output 'x'");
    wrong(r -> r.setModelVersion("one"), "version: 'one'");
    wrong(
        r -> r.putParameters("timeout", InferParameter.newBuilder().setStringParam("1").build()),
        "parameters.timeout");
    wrong(
        r -> r.putParameters("binary_data_output", InferParameter.getDefaultInstance()),
        "parameters.binary_data_output");
    ModelInferRequest.Builder mixed = GrpcMessages.typed(service.rows(2, 6));
    mixed.getInputsBuilder(0).getContentsBuilder().addFp64Contents(1);
    refused(mixed, Status.Code.INVALID_ARGUMENT, "1 elements in the contents of other datatypes");
    ModelInferRequest.Builder unsigned = GrpcMessages.typed(service.rows(2, 6));
    unsigned.getInputsBuilder(0).getContentsBuilder().addUintContents(1);
    refused(unsigned, Status.Code.INVALID_ARGUMENT, "contents of other datatypes");
    ModelInferRequest.Builder region = GrpcMessages.raw(service.rows(2, 6));
    region
        .getInputsBuilder(0)
        .putParameters("shared_memory_region", InferParameter.getDefaultInstance());
    refused(region, Status.Code.UNIMPLEMENTED, "shared_memory_region");
  }

  @Test
  void everyRefusalHasItsStatus() {
    refused(
        GrpcMessages.raw(service.rows(1, 7)).setModelName("other"),
        Status.Code.NOT_FOUND,
        "'other'");
    for (Refusal refusal : Refusal.values()) {
      service.host.refuseNext(refusal, "because");
      StatusRuntimeException refused =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () -> stub.modelInfer(GrpcMessages.raw(service.rows(1, 7)).build()));
      assertThat(refused.getStatus().getDescription()).contains("because");
      assertThat(refused.getStatus().getCode())
          .isNotIn(Status.Code.OK, Status.Code.UNKNOWN, Status.Code.INTERNAL);
    }
    service.host.refuseNext(Refusal.BUSY, "later");
    refused(GrpcMessages.raw(service.rows(1, 7)), Status.Code.RESOURCE_EXHAUSTED, "later");
  }

  @Test
  void aStreamAnswersInOrderAndOutlivesRefusals() throws Exception {
    List<ModelStreamInferResponse> answers = new ArrayList<>();
    CompletableFuture<List<ModelStreamInferResponse>> done = new CompletableFuture<>();
    StreamObserver<ModelInferRequest> requests =
        service
            .grpc(GRPCInferenceServiceStub.class)
            .modelStreamInfer(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ModelStreamInferResponse answer) {
                    answers.add(answer);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    done.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {
                    done.complete(answers);
                  }
                });
    for (int i = 0; i < 20; i++) {
      ModelInferRequest.Builder request =
          GrpcMessages.raw(service.rows(1, i)).setId(Integer.toString(i));
      requests.onNext((i % 3 == 0 ? request.setModelName("other") : request).build());
    }
    requests.onCompleted();

    List<ModelStreamInferResponse> all = done.get(20, TimeUnit.SECONDS);

    assertThat(all).hasSize(20);
    for (int i = 0; i < 20; i++) {
      assertThat(all.get(i).getInferResponse().getId()).isEqualTo(Integer.toString(i));
      assertThat(all.get(i).getErrorMessage()).matches(i % 3 == 0 ? ".*'other'.*" : "");
    }
  }

  @Test
  void theHealthServiceSaysWhatReadinessSays() {
    HealthBlockingStub health = service.grpc(HealthBlockingStub.class);
    HealthCheckRequest request =
        HealthCheckRequest.newBuilder().setService("inference.GRPCInferenceService").build();

    assertThat(health.check(request).getStatus()).isEqualTo(ServingStatus.SERVING);
    assertThat(health.check(HealthCheckRequest.getDefaultInstance()).getStatus())
        .isEqualTo(ServingStatus.SERVING);
    assertThat(health.watch(request).next().getStatus()).isEqualTo(ServingStatus.SERVING);
    StatusRuntimeException unknown =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> health.check(HealthCheckRequest.newBuilder().setService("x").build()));
    assertThat(unknown.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
  }

  @Test
  void reflectionListsTheService() throws Exception {
    CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> requests =
        service
            .grpc(ServerReflectionStub.class)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    answer.complete(response);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    answer.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());

    assertThat(
            answer.get(20, TimeUnit.SECONDS).getListServicesResponse().getServiceList().stream()
                .map(ServiceResponse::getName))
        .contains("inference.GRPCInferenceService", "grpc.health.v1.Health");
    requests.onCompleted();
  }

  private static void wrong(Consumer<ModelInferRequest.Builder> edit, String message) {
    ModelInferRequest.Builder request = GrpcMessages.raw(service.rows(2, 6));
    edit.accept(request);
    refused(request, Status.Code.INVALID_ARGUMENT, message);
  }

  private static void refused(ModelInferRequest.Builder request, Status.Code code, String message) {
    StatusRuntimeException refused =
        catchThrowableOfType(StatusRuntimeException.class, () -> stub.modelInfer(request.build()));
    assertThat(refused).isNotNull();
    assertThat(refused.getStatus().getDescription()).contains(message);
    assertThat(refused.getStatus().getCode()).isEqualTo(code);
  }

  private static ByteBuffer raw(ModelInferResponse response, String output) {
    return response
        .getRawOutputContents(index(response, output))
        .asReadOnlyByteBuffer()
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private static InferTensorContents typed(ModelInferResponse response, String output) {
    return response.getOutputs(index(response, output)).getContents();
  }

  private static int index(ModelInferResponse response, String output) {
    for (int i = 0; i < response.getOutputsCount(); i++) {
      if (response.getOutputs(i).getName().equals(output)) {
        return i;
      }
    }
    throw new AssertionError("no output '" + output + "'");
  }
}
