package io.latentry.server.oip;

import io.latentry.server.oip.proto.ModelConfig;
import io.latentry.server.oip.proto.ModelInput;
import io.latentry.server.oip.proto.ModelOutput;
import io.latentry.server.oip.tensor.ModelTensors;
import io.latentry.server.oip.tensor.TensorShape;

/** A model's tensors as Triton's model configuration has them. */
public final class TritonConfig {
  private static final String BACKEND = "onnxruntime";

  private TritonConfig() {}

  public static ModelConfig of(OpenInference.ModelCard card) {
    return of(card.name(), card.tensors());
  }

  /** Not batched by Triton: the first dimension is free, and rows keep the shape that they have. */
  public static ModelConfig of(String name, ModelTensors tensors) {
    ModelConfig.Builder config =
        ModelConfig.newBuilder()
            .setName(name)
            .setPlatform(OpenInference.PLATFORM)
            .setBackend(BACKEND)
            .setMaxBatchSize(0);
    for (TensorShape input : tensors.inputs()) {
      config.addInput(
          ModelInput.newBuilder()
              .setName(input.name())
              .setDataType(input.datatype().triton())
              .addAllDims(input.shape()));
    }
    for (TensorShape output : tensors.outputs()) {
      config.addOutput(
          ModelOutput.newBuilder()
              .setName(output.name())
              .setDataType(output.datatype().triton())
              .addAllDims(output.shape()));
    }
    return config.build();
  }
}
