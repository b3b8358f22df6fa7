package io.latentry.server.oip.grpc;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.latentry.server.access.Caller;
import io.latentry.server.door.RequestThread;
import io.latentry.server.oip.OpenInference;
import io.latentry.server.oip.TritonConfig;
import io.latentry.server.oip.proto.GRPCInferenceServiceGrpc;
import io.latentry.server.oip.proto.ModelConfigRequest;
import io.latentry.server.oip.proto.ModelConfigResponse;
import io.latentry.server.oip.proto.ModelInferRequest;
import io.latentry.server.oip.proto.ModelInferResponse;
import io.latentry.server.oip.proto.ModelMetadataRequest;
import io.latentry.server.oip.proto.ModelMetadataResponse;
import io.latentry.server.oip.proto.ModelReadyRequest;
import io.latentry.server.oip.proto.ModelReadyResponse;
import io.latentry.server.oip.proto.ModelStatisticsRequest;
import io.latentry.server.oip.proto.ModelStatisticsResponse;
import io.latentry.server.oip.proto.ModelStreamInferResponse;
import io.latentry.server.oip.proto.RepositoryIndexRequest;
import io.latentry.server.oip.proto.RepositoryIndexResponse;
import io.latentry.server.oip.proto.RepositoryIndexResponse.ModelIndex;
import io.latentry.server.oip.proto.RepositoryModelLoadRequest;
import io.latentry.server.oip.proto.RepositoryModelLoadResponse;
import io.latentry.server.oip.proto.RepositoryModelUnloadRequest;
import io.latentry.server.oip.proto.RepositoryModelUnloadResponse;
import io.latentry.server.oip.proto.ServerLiveRequest;
import io.latentry.server.oip.proto.ServerLiveResponse;
import io.latentry.server.oip.proto.ServerMetadataRequest;
import io.latentry.server.oip.proto.ServerMetadataResponse;
import io.latentry.server.oip.proto.ServerReadyRequest;
import io.latentry.server.oip.proto.ServerReadyResponse;
import io.latentry.server.oip.tensor.InferenceRequest;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** The calls of the protocol's gRPC service. */
final class InferenceCalls extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {
  private final OpenInference inference;

  InferenceCalls(OpenInference inference) {
    this.inference = inference;
  }

  @Override
  public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> observer) {
    observer.onNext(ServerLiveResponse.newBuilder().setLive(true).build());
    observer.onCompleted();
  }

  @Override
  public void serverReady(
      ServerReadyRequest request, StreamObserver<ServerReadyResponse> observer) {
    answer(observer, () -> ServerReadyResponse.newBuilder().setReady(inference.isReady()).build());
  }

  @Override
  public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> observer) {
    answer(
        observer,
        () ->
            ModelReadyResponse.newBuilder()
                .setReady(
                    inference.isReady(
                        request.getName(), InferenceRequest.version(request.getVersion())))
                .build());
  }

  @Override
  public void serverMetadata(
      ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> observer) {
    observer.onNext(
        ServerMetadataResponse.newBuilder()
            .setName(OpenInference.SERVER)
            .setVersion(OpenInference.serverVersion())
            .addAllExtensions(OpenInference.EXTENSIONS)
            .build());
    observer.onCompleted();
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> observer) {
    answer(observer, () -> GrpcAnswer.of(card(request.getName(), request.getVersion())));
  }

  @Override
  public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> observer) {
    CompletableFuture<ModelInferResponse> unused =
        infer(request, limit())
            .whenComplete(
                (response, failure) -> {
                  if (failure == null) {
                    observer.onNext(response);
                    observer.onCompleted();
                  } else {
                    observer.onError(GrpcErrors.status(failure).asRuntimeException());
                  }
                });
  }

  /** One answer for each request, in their order; the next request is read after the answer. */
  @Override
  public StreamObserver<ModelInferRequest> modelStreamInfer(
      StreamObserver<ModelStreamInferResponse> observer) {
    Duration limit = limit();
    ServiceRequestContext context = ServiceRequestContext.current();
    // A stream may stay open as long as its caller likes; each request in it has the limit.
    context.clearRequestTimeout();
    ServerCallStreamObserver<ModelStreamInferResponse> call =
        (ServerCallStreamObserver<ModelStreamInferResponse>) observer;
    call.disableAutoRequest();
    call.request(1);
    InferenceStream stream = new InferenceStream(call, request -> infer(request, limit));
    stream.watch(context);
    return stream;
  }

  @Override
  public void modelConfig(
      ModelConfigRequest request, StreamObserver<ModelConfigResponse> observer) {
    answer(
        observer,
        () ->
            ModelConfigResponse.newBuilder()
                .setConfig(TritonConfig.of(card(request.getName(), request.getVersion())))
                .build());
  }

  @Override
  public void modelStatistics(
      ModelStatisticsRequest request, StreamObserver<ModelStatisticsResponse> observer) {
    answer(
        observer,
        () -> {
          ModelStatisticsResponse.Builder response = ModelStatisticsResponse.newBuilder();
          inference
              .statistics(request.getName(), InferenceRequest.version(request.getVersion()))
              .forEach(count -> response.addModelStats(GrpcAnswer.of(count)));
          return response.build();
        });
  }

  @Override
  public void repositoryIndex(
      RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> observer) {
    answer(
        observer,
        () -> {
          RepositoryIndexResponse.Builder response = RepositoryIndexResponse.newBuilder();
          for (OpenInference.IndexEntry entry : inference.index(request.getReady())) {
            response.addModels(
                ModelIndex.newBuilder()
                    .setName(entry.name())
                    .setVersion(entry.version())
                    .setState(entry.state())
                    .setReason(entry.reason()));
          }
          return response.build();
        });
  }

  @Override
  public void repositoryModelLoad(
      RepositoryModelLoadRequest request, StreamObserver<RepositoryModelLoadResponse> observer) {
    String by = Caller.of(ServiceRequestContext.current()).name();
    answer(
        observer,
        () -> {
          if (request.getParametersCount() > 0) {
            throw new RefusedException(Refusal.UNSUPPORTED, OpenInference.NO_LOAD_PARAMETERS);
          }
          inference.load(request.getModelName(), by);
          return RepositoryModelLoadResponse.getDefaultInstance();
        });
  }

  @Override
  public void repositoryModelUnload(
      RepositoryModelUnloadRequest request,
      StreamObserver<RepositoryModelUnloadResponse> observer) {
    String by = Caller.of(ServiceRequestContext.current()).name();
    answer(
        observer,
        () -> {
          inference.unload(request.getModelName(), by);
          return RepositoryModelUnloadResponse.getDefaultInstance();
        });
  }

  private CompletableFuture<ModelInferResponse> infer(ModelInferRequest request, Duration limit) {
    Executor worker =
        RequestThread.of(ServiceRequestContext.current(), request.getSerializedSize());
    return CompletableFuture.supplyAsync(
            () -> new Read(GrpcRequest.read(request), GrpcRequest.wantsRaw(request)), worker)
        .thenCompose(
            read ->
                inference
                    .infer(read.request, limit)
                    .thenApplyAsync(answer -> GrpcAnswer.of(answer, read.raw), worker));
  }

  private record Read(InferenceRequest request, boolean raw) {}

  private OpenInference.ModelCard card(String model, String version) {
    return inference.card(model, InferenceRequest.version(version));
  }

  private static Duration limit() {
    return Duration.ofMillis(ServiceRequestContext.current().requestTimeoutMillis());
  }

  /** Answers off the event loop: the host may look into its store. */
  private static <T> void answer(StreamObserver<T> observer, Supplier<T> work) {
    ServiceRequestContext.current()
        .blockingTaskExecutor()
        .execute(
            () -> {
              T response;
              try {
                response = work.get();
              } catch (RuntimeException refused) {
                observer.onError(GrpcErrors.status(refused).asRuntimeException());
                return;
              }
              observer.onNext(response);
              observer.onCompleted();
            });
  }
}
