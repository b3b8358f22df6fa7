package io.latentry.server.oip.grpc;

import com.google.protobuf.UnsafeByteOperations;
import io.latentry.server.monitoring.InferenceCount;
import io.latentry.server.oip.OpenInference;
import io.latentry.server.oip.proto.InferStatistics;
import io.latentry.server.oip.proto.InferTensorContents;
import io.latentry.server.oip.proto.ModelInferResponse;
import io.latentry.server.oip.proto.ModelInferResponse.InferOutputTensor;
import io.latentry.server.oip.proto.ModelMetadataResponse;
import io.latentry.server.oip.proto.ModelMetadataResponse.TensorMetadata;
import io.latentry.server.oip.proto.ModelStatistics;
import io.latentry.server.oip.proto.StatisticDuration;
import io.latentry.server.oip.tensor.InferenceAnswer;
import io.latentry.server.oip.tensor.OutputTensor;
import io.latentry.server.oip.tensor.TensorShape;

/** Answers as gRPC carries them. */
final class GrpcAnswer {
  private GrpcAnswer() {}

  /**
   * @param raw whether all contents are raw; else all are typed
   */
  static ModelInferResponse of(InferenceAnswer answer, boolean raw) {
    ModelInferResponse.Builder response =
        ModelInferResponse.newBuilder()
            .setModelName(answer.model())
            .setModelVersion(Integer.toString(answer.version()))
            .setId(answer.id());
    for (OutputTensor output : answer.outputs()) {
      InferOutputTensor.Builder tensor =
          InferOutputTensor.newBuilder()
              .setName(output.name())
              .setDatatype(output.datatype().name());
      for (long dimension : output.shape()) {
        tensor.addShape(dimension);
      }
      if (raw) {
        // Not copied: the bytes were made for this answer and nobody else holds them.
        response.addRawOutputContents(UnsafeByteOperations.unsafeWrap(output.elements().raw()));
      } else {
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        output.elements().writeTyped(contents);
        tensor.setContents(contents);
      }
      response.addOutputs(tensor);
    }
    return response.build();
  }

  static ModelMetadataResponse of(OpenInference.ModelCard card) {
    ModelMetadataResponse.Builder response =
        ModelMetadataResponse.newBuilder()
            .setName(card.name())
            .addAllVersions(card.versions())
            .setPlatform(OpenInference.PLATFORM);
    card.tensors().inputs().forEach(input -> response.addInputs(metadata(input)));
    card.tensors().outputs().forEach(output -> response.addOutputs(metadata(output)));
    return response.build();
  }

  private static TensorMetadata metadata(TensorShape tensor) {
    return TensorMetadata.newBuilder()
        .setName(tensor.name())
        .setDatatype(tensor.datatype().name())
        .addAllShape(tensor.shape())
        .build();
  }

  static ModelStatistics of(InferenceCount count) {
    return ModelStatistics.newBuilder()
        .setName(count.model())
        .setVersion(Integer.toString(count.version()))
        .setLastInference(count.lastInference())
        .setInferenceCount(count.rows())
        .setExecutionCount(count.success().count())
        .setInferenceStats(
            InferStatistics.newBuilder()
                .setSuccess(duration(count.success()))
                .setFail(duration(count.fail()))
                .setQueue(duration(count.queue()))
                .setComputeInput(duration(count.input()))
                .setComputeInfer(duration(count.engine()))
                .setComputeOutput(duration(count.output())))
        .build();
  }

  private static StatisticDuration duration(InferenceCount.Span span) {
    return StatisticDuration.newBuilder().setCount(span.count()).setNs(span.nanos()).build();
  }
}
